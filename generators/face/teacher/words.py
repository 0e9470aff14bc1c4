"""Common words of many languages, and the syllables from which words are made up where we have no list.

The words are the ones that anybody's everyday talk is made of, written down for this program.
"""

from __future__ import annotations

WORDS: dict[str, str] = {
    "en": (
        "the a of and to in is you that it he was for on are with as his they at be this have from or one had by "
        "but not what all were we when your can said there use an each which she do how their if will up other "
        "about out many then them these so some her would make like him into time has look two more write go see "
        "number no way could people my than first water been call who oil its now find long down day did get come "
        "made may part mother father brother sister baby boy girl woman man family friend people paper apple "
        "pepper bubble puppy happy maybe mumble member number remember money moment morning summer winter weather "
        "mouth move movie music problem perhaps probably beautiful wonderful awful powerful colourful five seven "
        "eleven twelve above over ever never very every river silver vision measure pleasure usual casual church "
        "child children choose each judge orange large bridge village joy enjoy voice noise choice boil coin out "
        "about house mouse around loud how now cow brown blue moon soon food school room who shoe two through you "
        "music usually would should could good book look put push pull foot woman wolf snow show slow go home "
        "phone open over boat road cold old thing think thank three throw both mouth teeth bath weather whether "
        "although smooth breathe clothes month yes yellow year young beyond million onion hair here ear hear fear "
        "near clear year care where there bear air chair pair fire tired hour flower power sure poor tour more "
        "four door floor law saw talk walk ball fish wish wash push special nation station motion ocean patient "
        "machine sugar shut shop ship sharp short spring strong street stream scratch splash text sixth months "
        "asked looked jumped helped begged robbed"
    ),
    "de": (
        "der die das und ist nicht ein eine ich du er sie es wir ihr mit auf für von zu dem den aus bei nach über "
        "unter vor wenn weil aber oder doch noch schon immer nie heute morgen gestern abend woche jahr monat "
        "stunde mutter vater bruder schwester baby junge mädchen frau mann kinder freund leute papier apfel "
        "pfeffer pferd pfanne kopf topf pfeife brot butter käse milch wasser wein bier suppe kuchen hunger durst "
        "müde glücklich schön schlecht gut böse größer kleiner höher früher später süß grün blau rot gelb schwarz "
        "weiß braun zwei drei vier fünf sechs sieben acht neun zehn elf zwölf hundert tausend haus häuser baum "
        "bäume straße stadt dorf fluss berg wald wiese himmel sonne mond sterne regen schnee wind wolke feuer "
        "erde licht nacht nächte möchte könnte müsste dürfte würde hätte wäre gehen kommen sehen hören sprechen "
        "lachen weinen schlafen essen trinken lesen schreiben arbeiten spielen singen tanzen laufen springen "
        "schwimmen zeigen bringen denken glauben hoffen wünschen zeitung zimmer zahn zunge lippe mund nase auge "
        "ohr hand fuß finger bein rücken hübsch deutsch tschechisch quatsch zwischen schwimmbad sprung streng "
        "herbst obst markt arzt angst kunst wahrscheinlich eigentlich natürlich übermorgen vielleicht niemand "
        "jemand beobachten ungefähr europa euro heute leute neue teuer feuer häufig träumen freuen ich mich dich "
        "richtig wichtig manchmal mädchen bisschen"
    ),
    "fr": (
        "le la les un une des et est pas que qui dans pour sur avec tout plus nous vous ils elle on ce cette mon "
        "ton son mais ou donc car je tu il bonjour bonsoir merci monsieur madame enfant femme homme fille garçon "
        "père mère frère sœur ami famille maison porte fenêtre chambre jardin rue ville village pays monde eau "
        "feu terre ciel soleil lune étoile pluie neige vent nuage jour nuit matin soir heure minute semaine mois "
        "année hier aujourd'hui demain toujours jamais souvent peut-être beaucoup peu trop assez bien mal bon "
        "mauvais grand petit beau belle vieux jeune nouveau rouge bleu vert jaune noir blanc brun un deux trois "
        "quatre cinq six sept huit neuf dix onze douze vingt cent mille pain beurre fromage lait vin café pomme "
        "poire viande poisson légume manger boire dormir parler écouter regarder voir savoir pouvoir vouloir "
        "devoir faire aller venir prendre mettre donner trouver chercher aimer chanter danser courir jouer "
        "travailler lire écrire comprendre penser croire espérer pluie huit lui suis nuit cuisine juin fruit "
        "bruit montagne agneau campagne champagne oignon œuf bœuf peur cœur fleur sœur heureux peureux feu jeu "
        "bleu un parfum lundi brun enfin matin pain main vin bon non maison garçon onze ombre tombe temps enfant "
        "blanc grand chambre lampe jambe chien bien rien vient"
    ),
    "es": (
        "el la los las un una y es no que en de por para con sin sobre todo más nosotros usted ellos ella yo tú "
        "él mi tu su pero o porque cuando donde como hola gracias señor señora niño niña hombre mujer padre madre "
        "hermano hermana amigo familia casa puerta ventana jardín calle ciudad pueblo país mundo agua fuego "
        "tierra cielo sol luna estrella lluvia nieve viento nube día noche mañana tarde hora minuto semana mes "
        "año ayer hoy siempre nunca quizás mucho poco bien mal bueno malo grande pequeño hermoso viejo joven "
        "nuevo rojo azul verde amarillo negro blanco uno dos tres cuatro cinco seis siete ocho nueve diez once "
        "doce veinte cien mil pan mantequilla queso leche vino café manzana pera carne pescado comer beber dormir "
        "hablar escuchar mirar ver saber poder querer deber hacer ir venir tomar poner dar encontrar buscar amar "
        "cantar bailar correr jugar trabajar leer escribir comprender pensar creer esperar perro gato caballo "
        "pájaro vaca zapato zorro lluvia llave calle yo huevo hueso bueno puerta fuego juego jefe gente gigante "
        "chico muchacho leche noche español montaña sueño también embargo hombre cambio tiempo siempre campo "
        "pobre abrir beber vivir saber lobo cabeza boca trabajo"
    ),
    "it": (
        "il la i le un una e è non che in di per con su tutto più noi voi loro lei lui io tu mio tuo suo ma o "
        "perché quando dove come ciao grazie signore signora bambino ragazza uomo donna padre madre fratello "
        "sorella amico famiglia casa porta finestra giardino strada città paese mondo acqua fuoco terra cielo "
        "sole luna stella pioggia neve vento nuvola giorno notte mattina sera ora minuto settimana mese anno ieri "
        "oggi domani sempre mai forse molto poco bene male buono cattivo grande piccolo bello vecchio giovane "
        "nuovo rosso azzurro verde giallo nero bianco uno due tre quattro cinque sei sette otto nove dieci undici "
        "dodici venti cento mille pane burro formaggio latte vino caffè mela pera carne pesce mangiare bere "
        "dormire parlare ascoltare guardare vedere sapere potere volere dovere fare andare venire prendere "
        "mettere dare trovare cercare amare cantare ballare correre giocare lavorare leggere scrivere capire "
        "pensare credere sperare gnocchi bagno sogno montagna figlio foglia bottiglia scuola sciarpa pesce uscire "
        "cielo ciao cena gelato giorno oggi pizza zucca mezzo ragazzo piazza stazione tutto notte gatto mamma "
        "babbo nonno penna gomma palla cappello troppo doppio"
    ),
    "pt": (
        "o a os as um uma e é não que em de por para com sem sobre tudo mais nós você eles ela eu meu seu mas ou "
        "porque quando onde como olá obrigado senhor senhora menino menina homem mulher pai mãe irmão irmã amigo "
        "família casa porta janela jardim rua cidade país mundo água fogo terra céu sol lua estrela chuva neve "
        "vento nuvem dia noite manhã tarde hora minuto semana mês ano ontem hoje amanhã sempre nunca talvez muito "
        "pouco bem mal bom mau grande pequeno bonito velho jovem novo vermelho azul verde amarelo preto branco um "
        "dois três quatro cinco seis sete oito nove dez onze doze vinte cem mil pão manteiga queijo leite vinho "
        "café maçã carne peixe comer beber dormir falar ouvir olhar ver saber poder querer dever fazer ir vir "
        "tomar pôr dar encontrar buscar amar cantar dançar correr jogar trabalhar ler escrever entender pensar "
        "crer esperar filho trabalho montanha vinho sonho coração nação avião limão mãos pães chave chuva gente "
        "jogo hoje caixa peixe baixo"
    ),
    "nl": (
        "de het een en is niet dat in van op te voor met aan er om ook als maar wij jij hij zij ik mijn jouw zijn "
        "moeder vader broer zus kind jongen meisje vrouw man vriend mensen huis deur raam tuin straat stad dorp "
        "land wereld water vuur aarde lucht zon maan ster regen sneeuw wind wolk dag nacht ochtend avond uur "
        "minuut week maand jaar gisteren vandaag morgen altijd nooit misschien veel weinig goed slecht groot "
        "klein mooi oud jong nieuw rood blauw groen geel zwart wit een twee drie vier vijf zes zeven acht negen "
        "tien elf twaalf twintig honderd duizend brood boter kaas melk wijn koffie appel peer vlees vis eten "
        "drinken slapen praten luisteren kijken zien weten kunnen willen moeten doen gaan komen nemen geven "
        "vinden zoeken houden zingen dansen lopen spelen werken lezen schrijven begrijpen denken geloven hopen "
        "schip school schoon lachen vreugde keuken deuk buiten muis ui huid ijs tijd blij nieuws leeuw uur vuur "
        "duur muur goud oud koud mouw sjaal meisje jas"
    ),
    "sv": (
        "en ett och är inte att i av på till för med om som men vi ni han hon jag du min din sin mor far bror "
        "syster barn pojke flicka kvinna man vän människor hus dörr fönster trädgård gata stad by land värld "
        "vatten eld jord himmel sol måne stjärna regn snö vind moln dag natt morgon kväll timme minut vecka månad "
        "år igår idag imorgon alltid aldrig kanske mycket lite bra dålig stor liten vacker gammal ung ny röd blå "
        "grön gul svart vit ett två tre fyra fem sex sju åtta nio tio elva tolv tjugo hundra tusen bröd smör ost "
        "mjölk vin kaffe äpple päron kött fisk äta dricka sova tala lyssna titta se veta kunna vilja göra gå "
        "komma ta ge hitta söka älska sjunga dansa springa leka arbeta läsa skriva förstå tänka tro hoppas sjuk "
        "sjö skjorta stjärna kjol tjock kyrka köpa skön bord barn fort kort fågel färg hjärta ljus björn öga öra "
        "över under bjuda hus ut nu du full kung ung"
    ),
    "pl": (
        "i w nie to na się jest z że do co jak ale my wy on ona ja ty mój twój matka ojciec brat siostra dziecko "
        "chłopiec dziewczyna kobieta mężczyzna przyjaciel ludzie dom drzwi okno ogród ulica miasto wieś kraj "
        "świat woda ogień ziemia niebo słońce księżyc gwiazda deszcz śnieg wiatr chmura dzień noc rano wieczór "
        "godzina minuta tydzień miesiąc rok wczoraj dzisiaj jutro zawsze nigdy może dużo mało dobry zły duży mały "
        "piękny stary młody nowy czerwony niebieski zielony żółty czarny biały jeden dwa trzy cztery pięć sześć "
        "siedem osiem dziewięć dziesięć chleb masło ser mleko wino kawa jabłko gruszka mięso ryba jeść pić spać "
        "mówić słuchać patrzeć widzieć wiedzieć móc chcieć robić iść brać dawać szukać kochać śpiewać tańczyć "
        "biegać grać pracować czytać pisać rozumieć myśleć wierzyć chrząszcz brzmi trzcina szczęście źdźbło ćma "
        "dźwięk dżem jeszcze przepraszam proszę bardzo wszystko"
    ),
    "ru": (
        "и в не на я быть он с что а по это она этот к но они мы весь который из у свой мать отец брат сестра "
        "ребёнок мальчик девочка женщина мужчина друг люди дом дверь окно сад улица город деревня страна мир вода "
        "огонь земля небо солнце луна звезда дождь снег ветер облако день ночь утро вечер час минута неделя месяц "
        "год вчера сегодня завтра всегда никогда может много мало хороший плохой большой маленький красивый "
        "старый молодой новый красный синий зелёный жёлтый чёрный белый один два три четыре пять шесть семь "
        "восемь девять десять хлеб масло сыр молоко вино кофе яблоко груша мясо рыба есть пить спать говорить "
        "слушать смотреть видеть знать мочь хотеть делать идти брать давать искать любить петь танцевать бежать "
        "играть работать читать писать понимать думать верить бабушка папа мама помощь обман бумага муж жена щука "
        "борщ цирк чай шум журнал южный юбка вещь фрукт выбор мышь сын"
    ),
    "tr": (
        "ve bir bu da için ile ne gibi daha çok ama ben sen o biz siz onlar anne baba kardeş çocuk erkek kız "
        "kadın adam arkadaş insan ev kapı pencere bahçe sokak şehir köy ülke dünya su ateş toprak gök güneş ay "
        "yıldız yağmur kar rüzgar bulut gün gece sabah akşam saat dakika hafta yıl dün bugün yarın her zaman "
        "belki iyi kötü büyük küçük güzel yaşlı genç yeni kırmızı mavi yeşil sarı siyah beyaz bir iki üç dört beş "
        "altı yedi sekiz dokuz on ekmek peynir süt şarap kahve elma et balık yemek içmek uyumak konuşmak dinlemek "
        "bakmak görmek bilmek istemek yapmak gitmek gelmek almak vermek bulmak aramak sevmek okumak yazmak "
        "anlamak düşünmek öğretmen öğrenci çiçek ağaç"
    ),
    "fi": (
        "ja on ei se että hän me te he minä sinä mutta tai kun missä miten äiti isä veli sisar lapsi poika tyttö "
        "nainen mies ystävä ihminen talo ovi ikkuna puutarha katu kaupunki kylä maa maailma vesi tuli taivas "
        "aurinko kuu tähti sade lumi tuuli pilvi päivä yö aamu ilta tunti minuutti viikko kuukausi vuosi eilen "
        "tänään huomenna aina ehkä paljon vähän hyvä huono iso pieni kaunis vanha nuori uusi punainen sininen "
        "vihreä keltainen musta valkoinen yksi kaksi kolme neljä viisi kuusi seitsemän kahdeksan yhdeksän "
        "kymmenen leipä voi juusto maito viini kahvi omena liha kala syödä juoda nukkua puhua kuunnella katsoa "
        "nähdä tietää voida haluta tehdä mennä tulla ottaa"
    ),
    "ja": (
        "わたし あなた かれ かのじょ これ それ あれ ここ そこ "
        "あそこ だれ なに いつ どこ はい いいえ ありがとう おはよう "
        "こんにちは こんばんは さようなら おかあさん おとうさん いもうと おとうと "
        "ともだち こども おんな おとこ いえ まど にわ みち まち くに "
        "せかい みず ひ つち そら たいよう つき ほし あめ ゆき "
        "かぜ くも きょう あした きのう あさ ひる よる じかん しゅうかん "
        "ねん おおきい ちいさい あたらしい ふるい きれい あかい あおい しろい くろい "
        "いち に さん よん ご ろく なな はち きゅう じゅう "
        "ひゃく せん たべる のむ ねる はなす きく みる しる "
        "つくる いく くる とる あげる さがす うたう おどる はしる "
        "あそぶ はたらく よむ かく わかる おもう ふじさん ふね へや "
        "ほん びょういん りょこう がっこう せんせい がくせい べんきょう "
        "しんぶん でんわ じてんしゃ ちゃわん "
        "ちょうど しゃしん パパ ママ "
        "バナナ ピアノ コップ ベッド "
    ),
}
"""By language: everyday words, in the spelling that espeak-ng reads."""

SYLLABLES: dict[str, tuple[str, str, str]] = {
    "da": (
        ("b d f g h j k l m n p r s t v bl br dr fl fr gl gr kl kn kr pl pr sk sl sm sn sp st str sv tr"),
        "a e i o u y æ ø å aj ej ov",
        "- - - n r l t d g s ng nd st ft",
    ),
    "nb": (
        ("b d f g h j k l m n p r s t v bl br dr fl fr gj gl gr kj kl kn kr pl pr sj sk skj sl sm sn sp st str tr tv"),
        "a e i o u y æ ø å ei au øy",
        "- - - n r l t d g s ng nd st rt kk pp mm",
    ),
    "cs": (
        ("b c č d ď f h ch j k l m n ň p r ř s š t ť v z ž br dr hl hr kl kr pl pr sk sl st str šk tr vl zd"),
        "a e i o u á é í ó ú ů y ou",
        "- - - - n l m k t s š ř v",
    ),
    "hu": (
        "b c cs d f g gy h j k l ly m n ny p r s sz t ty v z zs br kr pr tr",
        "a á e é i í o ó ö ő u ú ü ű",
        "- - - n l m k t s sz r v b p",
    ),
    "ro": (
        "b c d f g h j l m n p r s ș t ț v z br cr dr fl pl pr sc sp st str tr",
        "a e i o u ă î ea ia oa",
        "- - - n l m r t s c p",
    ),
    "hr": (
        ("b c č ć d đ dž f g h j k l lj m n nj p r s š t v z ž br dr gl gr kl kr pl pr sk sl sm st str tr vl"),
        "a e i o u",
        "- - - n l m r t s k v",
    ),
    "et": (
        "b d g h j k l m n p r s t v",
        "a e i o u õ ä ö ü aa ee ii oo uu õõ ää öö üü ai ei oi",
        "- - - n l m s t k d p",
    ),
    "lv": (
        "b c č d f g ģ h j k ķ l ļ m n ņ p r s š t v z ž",
        "a e i o u ā ē ī ū ai ie au",
        "s - - n m r t š",
    ),
    "lt": (
        "b c č d f g h j k l m n p r s š t v z ž",
        "a e i o u ą ė ę į y ū ų ai ei au uo ie",
        "s - - n r t k",
    ),
    "af": (
        "b d f g h j k l m n p r s t v w bl br dr fl gr kl kr pl sk sl sp st tr",
        "a e i o u aa ee oo eu oe ie y ui ou",
        "- - n r l t s k g m",
    ),
    "is": (
        "b d ð f g h j k l m n p r s t v þ bl br fl gr hv kl kr sk sl st tr",
        "a á e é i í o ó u ú y ý æ ö au ei",
        "- - n r l t s ð m",
    ),
    "ca": (
        "b c d f g h j l ll m n ny p r s t v x z bl br cl cr dr fl fr gr pl pr tr",
        "a e i o u à é è ó ò ai eu",
        "- - - n l m r t s ç p",
    ),
    "eu": (
        "b d g h j k l m n p r s t z tx ts tz x ñ",
        "a e i o u ai ei au",
        "- - - n l r s k t",
    ),
    "cy": (
        "b c ch d dd f ff g h l ll m n p ph r rh s t th w br cr dr fl gl gr pl pr tr",
        "a e i o u w y ae ei aw wy",
        "- - n r l d dd th ff m",
    ),
    "sq": (
        "b c ç d dh f g gj h j k l ll m n nj p q r rr s sh t th v x xh z zh",
        "a e ë i o u y",
        "- - - n r t s k sh",
    ),
    "eo": (
        "b c ĉ d f g ĝ h j ĵ k l m n p r s ŝ t v z bl br dr fl kr pl pr sk st tr",
        "a e i o u aŭ aj oj",
        "- - n s r l",
    ),
    "id": (
        "b c d f g h j k l m n ng ny p r s t w y",
        "a e i o u ai au",
        "- - - n ng m k t s h r l",
    ),
    "sw": (
        "b ch d dh f g gh h j k l m n ny ng' p r s sh t th v w y z mb nd ng mw kw bw",
        "a e i o u",
        "-",
    ),
    "mi": (
        "h k m n ng p r t w wh",
        "a e i o u ā ō ū ai au ao",
        "-",
    ),
    "vi": (
        "b c ch d đ g h kh l m n ng nh ph r s t th tr v x",
        "a ă â e ê i o ô ơ u ư á à ạ ế ề ố ồ ú ù ương uy oa",
        "- - n m ng t p c nh",
    ),
    "la": (
        "b c d f g h l m n p qu r s t v bl br cl cr fl gr pl pr st tr",
        "a e i o u ae oe au",
        "- - m s t n r",
    ),
    "sk": (
        "b c č d ď dz dž f h ch j k l ľ m n ň p r s š t ť v z ž br dr hl kr pl pr sk st str tr",
        "a á ä e é i í o ó ô u ú y ia ie",
        "- - - n m k t s š v",
    ),
    "sl": (
        "b c č d f g h j k l m n p r s š t v z ž br dr gl kr pl pr sk st tr",
        "a e i o u",
        "- - - n l m r t s k v",
    ),
    "ga": (
        "b bh c ch d f g l m mh n p r s t th br cl dr gl sc sp st tr",
        "a á e é i í o ó u ú ai ea io ua",
        "- - n r l d s ch",
    ),
    "uk": (
        "б в г ґ д ж з й к л м н п р с т ф х ц ч ш щ бр вл гр др кл пл пр ст тр",
        "а е є и і ї о у ю я",
        "- - - н л м р т с к в й",
    ),
    "bg": (
        "б в г д ж з к л м н п р с т ф х ц ч ш щ бр гр др кл пл пр ст тр",
        "а е и о у ъ ю я",
        "- - - н л м р т с к в",
    ),
    "sr": (
        "б в г д ђ ж з ј к л љ м н њ п р с т ћ ф х ц ч џ ш бр гр др кл пр ст тр",
        "а е и о у",
        "- - - н л м р т с к в",
    ),
    "el": (
        "β γ δ ζ θ κ λ μ ν ξ π ρ σ τ φ χ ψ μπ ντ γκ τσ τζ πρ στ τρ",
        "α ε η ι ο υ ω ου αι ει οι",
        "- - - ν ς ρ",
    ),
    "ar": (
        "ب ت ث ج ح خ د ذ ر ز س ش ص ض ط ظ ع غ ف ق ك ل م ن ه و ي",
        "َ ِ ُ َا ِي ُو",
        "- - نْ مْ لْ رْ تْ سْ بْ",
    ),
    "fa": (
        "ب پ ت ج چ خ د ر ز ژ س ش غ ف ق ک گ ل م ن ه و ی",
        "ا َ ِ ُ و ی",
        "- - ن م ر ت س ب",
    ),
    "hi": (
        ("क ख ग घ च छ ज झ ट ठ ड ढ त थ द ध न प फ ब भ म य र ल व श स ह"),
        "- ा ि ी ु ू े ै ो ौ ां",
        "- - न म र ल त क स",
    ),
    "bn": (
        ("ক খ গ ঘ চ ছ জ ট ঠ ড ত থ দ ধ ন প ফ ব ভ ম য র ল শ স হ"),
        "- া ি ী ু ূ ে ো",
        "- - ন ম র ল ত ক",
    ),
    "ta": (
        "க ச ட த ப ம ந ன ய ர ல வ ழ ள",
        "- ா ி ீ ு ூ ெ ே ை ொ ோ",
        "- ன் ம் ர் ல் க்",
    ),
    "ka": (
        "ბ გ დ ვ ზ თ კ ლ მ ნ პ ჟ რ ს ტ ფ ქ ღ ყ შ ჩ ც ძ წ ჭ ხ ჯ ჰ",
        "ა ე ი ო უ",
        "- - ნ მ რ ლ ს",
    ),
    "cmn-latn-pinyin": (
        "b p m f d t n l g k h j q x zh ch sh r z c s y w",
        "a1 o1 e2 i3 u4 ai2 ei4 ao3 ou1 an1 en2 ang4 eng1 ong2 ian3 iao4 in1 ing2 uo3 ui4 un2",
        "-",
    ),
}
"""By language: beginnings, middles and ends of syllables ("-" for none) for made-up words."""
