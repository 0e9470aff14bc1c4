"""The programs that paint the clay head, in GLSL 3.30."""

from __future__ import annotations

CLAY_VERTEX = """
#version 330
uniform mat4 view_projection;
uniform mat4 shadow_matrix;
in vec3 position;
in vec3 normal;
in vec3 rest;
in vec3 colour;
in vec4 surface;    // roughness, wetness, translucency, occlusion
in float kind;      // 0 clay, 1 left eye, 2 right eye, 3 inner mouth and teeth
out vec3 world;
out vec3 facing;
out vec3 at_rest;
out vec3 albedo;
out vec4 clay;
out vec3 in_shadow_map;
flat out float kind_of;
void main() {
    world = position;
    facing = normal;
    at_rest = rest;
    albedo = colour;
    clay = surface;
    kind_of = kind;
    vec4 lit = shadow_matrix * vec4(position, 1.0);
    in_shadow_map = lit.xyz * 0.5 + 0.5;
    gl_Position = view_projection * vec4(position, 1.0);
}
"""

CLAY_FRAGMENT = """
#version 330
uniform vec3 eye_point;
uniform vec3 key_direction;
uniform vec3 rim_direction;
uniform vec3 rim_colour;
uniform sampler2DShadow shadow_map;
uniform sampler2D grain;
uniform mat3 left_eye;      // world to eye, to paint the iris
uniform mat3 right_eye;
uniform vec3 left_centre;
uniform vec3 right_centre;
uniform mat3 head_turn;
uniform vec4 lids;          // upper left, lower left, upper right, lower right: height over the eye's centre, cm
uniform vec3 iris_colour;
uniform float open_mouth;   // how much light falls into the mouth, 0 to 1
in vec3 world;
in vec3 facing;
in vec3 at_rest;
in vec3 albedo;
in vec4 clay;
in vec3 in_shadow_map;
flat in float kind_of;
out vec4 painted;

const vec3 KEY = vec3(1.55, 1.38, 1.18);
const vec3 SKY = vec3(0.30, 0.32, 0.38);
const vec3 GROUND = vec3(0.17, 0.115, 0.10);
const vec3 FILL = vec3(0.20, 0.25, 0.36);
const vec3 FILL_DIRECTION = vec3(0.82, 0.05, 0.57);

float lit(vec3 p) {
    vec2 t = vec2(1.3 / 1024.0);
    float s = texture(shadow_map, p);
    s += texture(shadow_map, p + vec3(-t.x, -t.y * 0.4, 0.0));
    s += texture(shadow_map, p + vec3(t.x * 0.4, -t.y, 0.0));
    s += texture(shadow_map, p + vec3(t.x, t.y * 0.4, 0.0));
    s += texture(shadow_map, p + vec3(-t.x * 0.4, t.y, 0.0));
    return s * 0.2;
}

vec3 filmic(vec3 c) {
    c *= 0.82;
    c = (c * (2.51 * c + 0.03)) / (c * (2.43 * c + 0.59) + 0.14);
    return pow(clamp(c, 0.0, 1.0), vec3(1.0 / 2.2));
}

float shine(vec3 n, vec3 l, vec3 v, float roughness) {
    vec3 h = normalize(l + v);
    float a = roughness * roughness;
    float nh = max(dot(n, h), 0.0);
    float d = nh * nh * (a * a - 1.0) + 1.0;
    return a * a / (4.0 * d * d) * max(dot(n, l), 0.0);
}

void main() {
    vec3 n = normalize(facing);
    vec3 v = normalize(eye_point - world);
    vec3 base = albedo;
    float occlusion = clay.w;
    float roughness = clay.x;
    float soft = clay.z;
    float shadow = lit(in_shadow_map);
    float catchlight = 0.0;
    if (kind_of > 0.5 && kind_of < 2.5) {
        bool is_left = kind_of < 1.5;
        vec3 local = (is_left ? left_eye : right_eye) * (world - (is_left ? left_centre : right_centre));
        vec2 lid = is_left ? lids.xy : lids.zw;
        vec3 level = (world - (is_left ? left_centre : right_centre)) * head_turn;
        float height = level.y;
        vec3 d = normalize(local);
        float r = acos(clamp(d.z, -1.0, 1.0));
        float around = atan(d.y, d.x);
        // iris with fibres, a dark limbus and a warm ring at the pupil
        float fibre = texture(grain, vec2(around * 0.9549, r * 0.6)).r * 0.6
                    + texture(grain, vec2(around * 2.546, r * 0.35 + 0.5)).g * 0.4;
        float inside = r / 0.47;
        vec3 iris = iris_colour * mix(0.35, 1.5, fibre) * mix(1.25, 0.72, smoothstep(0.3, 1.0, inside));
        iris = mix(iris, vec3(0.45, 0.26, 0.10), 0.5 * (1.0 - smoothstep(0.40, 0.66, inside)));
        iris *= 1.0 + 0.7 * max(0.0, -dot(normalize(d.xy + 1e-5), normalize(vec2(-0.5, 0.8)))) * smoothstep(0.2, 0.9, inside);
        iris *= 1.0 - 0.75 * smoothstep(0.82, 1.0, inside);
        vec3 white = mix(vec3(0.80, 0.775, 0.74), vec3(0.72, 0.52, 0.47), smoothstep(0.75, 1.25, r) * 0.7);
        base = mix(iris, white, smoothstep(0.96, 1.05, inside));
        base = mix(vec3(0.006), base, smoothstep(0.40, 0.46, inside));
        occlusion = 0.25 + 0.75 * smoothstep(-0.05, 0.75, lid.x - height) * smoothstep(-0.25, 0.35, height - lid.y);
        occlusion *= 1.0 - 0.45 * smoothstep(0.5, 1.0, abs(level.x) / 1.75);
        shadow *= smoothstep(0.0, 0.62, lid.x - height);
        // the window in the cornea
        vec3 h = normalize(key_direction + v);
        vec3 bulged = normalize(mix(d, vec3(0.0, 0.0, 1.0), 0.0));
        roughness = 0.16;
        catchlight = smoothstep(0.985, 0.992, dot(n, normalize(h + vec3(0.02, 0.05, 0.0))))
                   + 0.35 * smoothstep(0.992, 0.998, dot(n, normalize(vec3(0.32, -0.22, 0.92))));
        soft = 0.35;
    } else if (kind_of < 0.5) {
        // fingers leave the clay slightly uneven
        vec3 p = at_rest * 0.085;
        vec3 g1 = texture(grain, p.xy).rgb - 0.5;
        vec3 g2 = texture(grain, p.zy * 1.7 + 0.31).rgb - 0.5;
        n = normalize(n + (g1 + g2) * 0.055);
        base *= 1.0 + (g1.g + g2.r) * 0.05;
        roughness = clamp(roughness + g1.b * 0.12, 0.2, 1.0);
    } else {
        occlusion *= mix(0.25, 1.0, open_mouth);
        shadow *= mix(0.3, 1.0, open_mouth);
    }
    float ndl = dot(n, key_direction);
    vec3 wrap = vec3(0.42, 0.20, 0.12) * soft;
    vec3 through = max((vec3(ndl) + wrap) / (1.0 + wrap), 0.0);
    vec3 shade = mix(vec3(shadow), pow(vec3(shadow), vec3(0.55, 0.9, 1.0)), soft);
    shade = mix(shade, vec3(1.0), smoothstep(0.0, -0.35, ndl) * 0.5 * soft);
    vec3 open_air = pow(vec3(occlusion), mix(vec3(1.0), vec3(0.78, 1.0, 1.08), soft));
    vec3 light = KEY * through * shade;
    light += mix(GROUND, SKY, n.y * 0.5 + 0.5) * open_air;
    light += FILL * max((dot(n, FILL_DIRECTION) + 0.25) / 1.25, 0.0) * open_air;
    light += rim_colour * max(dot(n, rim_direction) * 0.9 + 0.05, 0.0) * open_air * 0.55;
    vec3 colour = base * light;
    float fresnel = pow(1.0 - max(dot(n, v), 0.0), 4.0);
    vec3 gloss = KEY * shade * shine(n, key_direction, v, roughness) * 0.055;
    gloss += rim_colour * (shine(n, rim_direction, v, roughness) * 0.06 + fresnel * 0.5 * smoothstep(-0.1, 0.8, dot(n, rim_direction))) * occlusion;
    gloss += FILL * shine(n, FILL_DIRECTION, v, roughness) * 0.05;
    gloss += SKY * fresnel * 0.16 * occlusion * (n.y * 0.4 + 0.6);
    colour += gloss * (1.0 + 2.0 * clay.y) + vec3(1.0, 0.97, 0.92) * catchlight * (0.35 + 0.65 * shadow);
    painted = vec4(filmic(colour), 1.0);
}
"""

SHADOW_VERTEX = """
#version 330
uniform mat4 shadow_matrix;
in vec3 position;
void main() { gl_Position = shadow_matrix * vec4(position, 1.0); }
"""

SHADOW_FRAGMENT = """
#version 330
void main() {}
"""

BACKGROUND_VERTEX = """
#version 330
in vec2 corner;
out vec2 place;
void main() { place = corner; gl_Position = vec4(corner, 0.9999, 1.0); }
"""

BACKGROUND_FRAGMENT = """
#version 330
uniform vec3 inner;
uniform vec3 outer;
in vec2 place;
out vec4 painted;
void main() {
    float r = length(place * vec2(0.85, 0.75) - vec2(0.10, -0.05));
    vec3 c = mix(inner, outer, smoothstep(0.0, 1.25, r));
    float noise = fract(sin(dot(gl_FragCoord.xy, vec2(12.9898, 78.233))) * 43758.5453) - 0.5;
    painted = vec4(c + noise / 255.0, 1.0);
}
"""
