"""The programs that paint the clay head, in GLSL 3.30.

Software renderers pay by the fragment, so all light that changes slowly over the surface is summed by the vertex; only
the key light and its gloss go by the fragment. Gamma is 2 throughout (a square root is cheap, a power is not).
"""

from __future__ import annotations

_LIGHTS = """
uniform vec3 key_direction;
uniform vec3 key_colour;
uniform vec3 rim_direction;
uniform vec3 rim_colour;
uniform vec3 fill_direction;
uniform vec3 fill_colour;
uniform vec3 sky;
uniform vec3 ground;
"""

_FILMIC = """
vec3 filmic(vec3 c) {
    c = (c * (2.2 * c + 0.03)) / (c * (2.15 * c + 0.62) + 0.12);
    return sqrt(clamp(c, 0.0, 1.0));
}
"""

CLAY_VERTEX = f"""
#version 330
uniform mat4 view_projection;
uniform vec3 towards_eye;
uniform float open_mouth;   // how much light falls into the mouth, 0 to 1
{_LIGHTS}
in vec3 position;
in vec3 normal;
in float lamp;      // how much of the key light is seen
in vec3 rest;
in vec3 colour;
in vec4 surface;    // roughness, wetness, translucency, occlusion
in float kind;
out vec3 facing;
out vec3 lit;       // the soft light, as it comes back
out vec3 albedo;
out vec4 clay;      // roughness squared, gloss, translucency, key light seen
out vec2 spot;      // where the unevenness is looked up
void main() {{
    float soft = surface.z;
    float outside = kind > 2.5 && kind < 3.5 ? 0.0 : 1.0;
    float occlusion = max(surface.w, 0.001) * mix(mix(0.30, 1.0, open_mouth), 1.0, outside);
    // red light gets further into the creases
    vec3 air = occlusion * (1.0 + vec3(0.36, 0.0, -0.12) * soft * (1.0 - occlusion));
    vec3 light = mix(ground, sky, normal.y * 0.5 + 0.5) * air;
    light += fill_colour * max((dot(normal, fill_direction) + 0.3) / 1.3, 0.0) * air;
    light += rim_colour * max((dot(normal, rim_direction) + 0.30) / 1.30, 0.0) * 0.36 * occlusion * outside;
    // light that has wandered under the skin comes out red beyond the edge of the shadow
    light += key_colour * vec3(0.052, 0.016, 0.010) * soft * (0.4 + 0.6 * occlusion);
    float gloss = (0.06 + 0.20 * surface.y) * (0.35 + 0.65 * occlusion);
    float edge = 1.0 - max(dot(normal, towards_eye), 0.0);
    edge *= edge * edge * gloss;
    vec3 halo = rim_colour * edge * 4.5 * max(dot(normal, rim_direction) + 0.15, 0.0) * outside;
    lit = colour * light + halo + sky * edge * 1.4;
    albedo = colour * key_colour;
    facing = normal;
    float seen = lamp * mix(open_mouth, 1.0, outside);
    clay = vec4(surface.x * surface.x, gloss, soft, seen);
    spot = rest.xy * 0.075 + rest.z * vec2(0.041, 0.013);
    gl_Position = view_projection * vec4(position, 1.0);
}}
"""

CLAY_FRAGMENT = f"""
#version 330
uniform vec3 key_direction;
uniform vec3 key_colour;
uniform vec3 half_key;
uniform sampler2D grain;
in vec3 facing;
in vec3 lit;
in vec3 albedo;
in vec4 clay;
in vec2 spot;
out vec4 painted;
{_FILMIC}
void main() {{
    vec4 uneven = texture(grain, spot) - 0.5;  // fingers leave the clay slightly uneven
    vec3 n = normalize(facing + uneven.xyz * 0.10);
    float ndl = dot(n, key_direction);
    vec3 through = max(ndl + vec3(0.25, 0.13, 0.09) * clay.z * (1.0 - ndl), 0.0);  // light goes around under the skin
    float seen = clamp(clay.w, 0.0, 1.0);  // at the edge of a triangle it may lie outside
    through.r *= 1.0 + 0.45 * clay.z * (1.0 - seen);
    float a = clay.x * (1.0 + uneven.x * 0.5);
    float nh = max(dot(n, half_key), 0.0);
    float d = nh * nh * (a * a - 1.0) + 1.0;
    float gloss = clay.y * a * a * max(ndl, 0.0) * 0.25 / (d * d);
    vec3 colour = lit + (albedo * (1.0 + uneven.w * 0.10) * through + key_colour * gloss) * seen;
    painted = vec4(filmic(colour), 1.0);
}}
"""

EYE_VERTEX = """
#version 330
uniform mat4 view_projection;
uniform mat3 turn;      // of the eye with the head
uniform mat3 neck;      // of the head
uniform vec3 centre;
in vec3 position;
out vec3 facing;
out vec3 local;
out vec3 level;
void main() {
    facing = position - centre;
    local = (position - centre) * turn;
    level = (position - centre) * neck;
    gl_Position = view_projection * vec4(position, 1.0);
}
"""

EYE_FRAGMENT = f"""
#version 330
{_LIGHTS}
uniform vec3 towards_eye;
uniform vec3 half_key;
uniform sampler2D grain;
uniform vec3 iris_colour;
uniform vec2 lids;      // heights of the upper and the lower lid over the centre, cm
uniform float radius;
uniform vec3 axis;
in vec3 facing;
in vec3 local;
in vec3 level;
out vec4 painted;
{_FILMIC}
void main() {{
    vec3 n = normalize(facing);
    vec3 d = normalize(local);
    float inside = length(d.xy) / 0.4706;   // 1 at the edge of the iris
    vec2 across = d.xy / max(length(d.xy), 1e-4);
    vec4 streaks = texture(grain, across * 0.62 + inside * 0.03);
    float fibre = streaks.r * 0.6 + texture(grain, across * 1.7 + inside * 0.02).g * 0.4;
    vec3 iris = iris_colour * mix(0.25, 1.75, fibre) * mix(1.25, 0.75, smoothstep(0.3, 1.0, inside));
    iris = mix(iris, vec3(0.42, 0.23, 0.09), 0.5 * (1.0 - smoothstep(0.42, 0.66, inside)));
    iris *= 0.85 + 0.9 * max(0.0, dot(across, vec2(0.5, -0.8))) * smoothstep(0.25, 0.9, inside);
    iris *= 1.0 - 0.8 * smoothstep(0.80, 1.0, inside);
    vec3 white = mix(vec3(0.80, 0.775, 0.745), vec3(0.70, 0.46, 0.40), smoothstep(1.37, 2.0, inside) * 0.75);
    vec3 base = mix(iris, white, smoothstep(0.95, 1.05, inside));
    base = mix(vec3(0.005), base, smoothstep(0.40, 0.46, inside));
    float u = level.x / (radius * 0.92);
    float arch = max(1.0 - u * u, 0.0);
    float upper = lids.x * sqrt(arch);
    float lower = lids.y * arch;
    float air = 0.22 + 0.78 * smoothstep(-0.05, 0.80, upper - level.y);
    air *= 0.55 + 0.45 * smoothstep(-0.1, 0.35, level.y - lower);
    air *= 0.45 + 0.55 * smoothstep(0.0, 0.35, arch);
    float seen = smoothstep(-0.05, 0.55, upper - level.y);
    vec3 light = mix(ground, sky, n.y * 0.5 + 0.5) * air * 1.15;
    light += fill_colour * max(dot(n, fill_direction) * 0.8 + 0.2, 0.0) * air;
    light += key_colour * max((dot(n, key_direction) + 0.2) / 1.2, 0.0) * seen * air;
    vec3 colour = base * light;
    // the cornea bulges, so its highlights draw nearer to the iris
    vec3 wet = normalize(axis + (n - axis) * mix(1.45, 1.0, smoothstep(0.8, 1.5, inside)));
    // the wet surface: a window from the key light, a small one from below, a soft sheen
    float window = smoothstep(0.9800, 0.9890, dot(wet, half_key)) * (0.25 + 0.75 * seen);
    float small = smoothstep(0.9950, 0.9978, dot(wet, normalize(vec3(0.30, -0.22, 0.93) + towards_eye * 0.3))) * 0.22;
    float edge = 1.0 - max(dot(n, towards_eye), 0.0);
    colour += vec3(1.35, 1.30, 1.22) * (window + small) + sky * edge * edge * 0.35 * air;
    painted = vec4(filmic(colour), 1.0);
}}
"""

DEPTH_VERTEX = """
#version 330
uniform mat4 matrix;
in vec3 position;
void main() { gl_Position = matrix * vec4(position, 1.0); }
"""

DEPTH_FRAGMENT = """
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
uniform sampler2D backdrop;
in vec2 place;
out vec4 painted;
void main() { painted = texture(backdrop, place * 0.5 + 0.5); }
"""
