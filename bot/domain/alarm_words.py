"""The words behind the alarms, in Dutch and English (Flemish and street language too).

An entry of MEDICAL and SUICIDE ends at a semicolon or the line's end. Its words stand near each
other, in any order. `<class>` is any word of a class, a star lets a word go on (or begin before),
and `_` joins words that follow each other. Spelling needn't be exact: `bot.domain.spoken` tells
what counts as the same. How well they do is measured in `tests/domain/test_sentences.py`.
"""

CLASSES = {
    "not": """
        niet nie ni nimmer geen gene niets niks nix noppes amper nauwelijks not cant cannot
        cannae dont doesnt didnt isnt wont wouldnt couldnt havent hasnt nothing never hardly
        barely
    """,
    "away": "weg kwijt kwijtgeraakt verloren verlies gone lost lose losing loss",
    "feel": "gevoel voel voelt voelde voelen gewaar feel feeling feels felt sensation",
    "leg": """
        been benen beentje linkerbeen rechterbeen voet voeten linkervoet rechtervoet teen
        tenen hiel hielen kuit kuiten dijbeen poten leg legs foot feet toe toes heel heels
        ankle calf thigh
    """,
    "below": """
        zitvlak plasser piemeltje bits seat cushion kruis billen bil bips reet achterwerk
        onderkant onderlijf bilnaad daaronder daarbeneden schaamstreek geslacht* anus piemel
        penis lul balzak ballen zaadbal* vagina* schede kut poes plasbuis schaamlip* eikel
        groin bum butt bottom backside arse ass crotch genital* private_parts privates balls
        testicle* scrotum willy dick vulva anal back_passage down_there down_below perineum
        saddle tussen_benen
    """,
    "numb": """
        doof dof dove doffe verdoofd* gevoelloos* gevoelsloos* gevoelloze slaapt slapen
        tintel* prikkel* speldenprik* numb* tingl* dead asleep raar
    """,
    "pee": """
        plas plassen plast plaste geplast plasje plasproble* plasklacht* bedplas* pis pissen
        pist gepist pipi blaas bladder pee peed peeing pees wee weeing wees piss pissing
        pissed
    """,
    "poo": """
        poep poepen gepoept kak kakken gekakt schijt schijten ontlasting* stoelgang* bowel
        bowels poo pooed pooing poop pooped pooping shit shat crap crapped stool stools
    """,
    "trouble": """
        moeilijk moeite lastig probleem problemen persen ineens plots* opeens brandt branden
        steeds vaak stuk kapot bloed* trouble problem* difficult* hard struggl* strain* push
        burn* suddenly
    """,
    "fine": """
        prima gewoon goed normaal okee fine ok okay normal normally well kind kindje
        kleinkind kleinzoon kleindochter peuter baby potje hond puppy kat toddler potty
        grandson granddaughter dog cat
    """,
    "weak": """
        slap slappe slapper zwak zwakke zwakker krachteloos pudding weak weaker jelly wobbly
        rubbery buckle buckles buckling give gives giving gave gone
    """,
    "pain": """
        pijn* rugpijn* zeer* pain* painful hurt hurts hurting ache aches aching backache
        backpain
    """,
    "fell": """
        gevallen viel val gedonderd gelazerd geflikkerd gesodemieterd gekukeld getuimeld
        gesukkeld geduikeld geklapt gesmakt gestort gestruikeld gegleden gelegen uitgegleden
        gecrasht gekletterd onderuit_gegaan fell fallen fall tumble tumbled slipped tripped
        came crashed landed
    """,
    "from": "van uit over op off from down onto on",
    "height": """
        trap trappen keldertrap ladder dak paard fiets scooter brommer motor douche balkon
        stairs roof horse bike bicycle motorbike motorcycle steps porch shower skateboard
        balcony rug stuit stuitje hoofd back spine tailbone head
    """,
    "bone": """
        bot botten wervel wervels rib ribben heup bekken rug nek staartbeen stuitje been
        voet iets bone bones vertebra ribs hip pelvis back neck spine tailbone leg foot
        something
    """,
    "kilo": "kilo kilos kg pond ponden gewicht pounds lbs stone weight",
    "lost": "kwijt verloren verlies lost losing dropped loss",
    "ill": "ziek ill sick unwell",
    "very": "erg heel echt zo super zwaar ernstig very really so seriously extremely",
    "cry": """
        jank janken huil huilen gil gillen schreeuw schreeuwen krijs krijsen cry crying
        cried scream screaming sobbing howling
    """,
    "dead": "dood doodgaan sterven dying dead",
    "want": """
        wil wilt wilde wou zou willen wens verlang liever hoop kwil kwou twil want wanna wish
        rather
    """,
    "toilet": "wc toilet pot plee toiletpapier toiletbezoek closet loo lavatory bathroom",
    "late": "laat redde haalde haal mis nat ongelukje late missed wet warning accident",
    "limp": """
        knikt klapt slingert bungelt hangt sleept struikel struikelt zwabbert flopt bibbert
        trilt begeeft weigert buckle buckles buckling flops drops dangles trip tripping
        stumble stumbling shaking collapses refuses
    """,
    "awful": """
        misselijk tranen smeek smeken gek gekmakend moordend martel* afgemat uitgeput
        slopend gesloopt ondoenlijk vreselijk* afgrijselijk* verschrikkelijk* gruwelijk*
        hevig* extreem extreme heftig* snoeihard ergste helse trek wanhop* zenuw* crimineel
        intens* brutal begging maddening murder sick nauseous tears torture unreal severe
        terrible horrendous horrific horrible awful worst killing crippling desperate
        worn_out insane crazy fierce exhausted crushing savage pure constant
    """,
    "vehicle": """
        auto car trein metro tram bus vrachtwagen train tube lorry truck fiets bike van
        brommer
    """,
    "smash": """
        geslagen gekukeld geknald gereden aangereden geschept over_de_kop rolled knocked hit
        smashed crashed flew flying thrown gevlogen gebotst botsing klap smak
    """,
    "live": "leven leef live living life alive",
    "me": "ik mij me mijn mn k i im my id",
    "life": "leven leef life living alive",
    "self": "mezelf mijzelf mij_zelf me_zelf myself my_self",
    "high": "8 9 10 acht negen tien eight nine ten",
}
"""Words that mean much the same."""

MEDICAL = """
    # numb, or no feeling
    between legs; cannae feel; cannot feel; cant feel; cant_tell go; dead_meat; dentist injection
    dood_stuk; doof*; dove; down_below; down_there; <feel> <away>; <feel> niets; <feel> niks
    <feel> <not> <below>; <feel> <not> <leg>; <feel> <not> moet; <feel> <not> need; <feel> nothing
    <feel> raar; felt <not> coming; geen_enkel_gevoel; geen_gevoel; gek_gevoel <below>
    gevoelloos*; gevoelsloos*; iemand_anders <leg>; kussen billen; less feeling; minder_gevoel
    no feeling; no sensation; no_warning; numb*; <numb> <below>; <numb> <leg>; odd_feeling
    onderkant slaapt; onder_narcose; pins_and_needles; prik tandarts; raar_gevoel; rijbroek*
    saddle; slaapt <leg>; someone_else <leg>; strange_feeling; tingl*; tintel*; tussen_benen
    verdoofd*; verdoving; voel* <not> aankomen; voel* <not> komen; vreemd_gevoel; weird_feeling
    zonder_gevoel; zonder_te_voelen
    # pee
    bedplassen; bedwetting; blaas; blaasproble*; bladder*; broek nat; catheter*; dribbl*; drup
    druppel*; incontinen*; leegplassen; luier; nat bed; onderbroek*; ondergoed nat; pants wet
    passing_water; pass_water; <pee>; redde <toilet>; retentie; retention; <toilet> <feel>
    <toilet> <late>; <toilet> <not>; trousers wet; underwear; urinat*; urine*; urineren
    vieze_broek; wateren; wet bed; wet_myself; wet_the_bed; wetting; wetting_myself
    # poo
    anus; bowel*; bowls; in_broek; <poo>; sluitspier*; soiled; sphincter*
    # sex
    erectie*; erection*; get_it_up; impoten*; klaarkomen <not>; omhoog <not> krijg; orgasm* <not>
    seks <feel>; seks <numb>; sex <feel>; sex <not>; sex <numb>; vrijen <feel>; vrijen <not>
    # weak or lame legs
    balance <not>; barely walk; beide benen; benen wil* <not>; both legs; cant stand; cant walk
    control <away>; door_mijn_benen; drag* <leg>; drop_foot; evenwicht <not>; foot catches
    foot_drop; hardly walk; klapvoet*; knee <limp>; knie <limp>; kracht <away>; kracht <not>
    krachtverlies; lam; lamme; <leg> amper; <leg> barely; <leg> bewegen <not>; <leg> blauw
    <leg> blue; <leg> climb; <leg> doet <not>; <leg> drempel*; <leg> heavy
    <leg> ijskoud; <leg> kapot;  <leg> lift <not>; <leg> <limp>; <leg> lopen <not>
    <leg> move <not>; <leg> <not> bend; <leg> <not> buigen; <leg> <not> dragen; <leg> <not> mee
    <leg> <not> omhoog; <leg> <not> opgetild; <leg> <not> raise; <leg> <not> strekken
    <leg> <not> support; <leg> <not> til; <leg> <not> up; <leg> optillen <not>; <leg> rubber
    <leg> slecht; <leg> staan <not>; <leg> stand <not>; <leg> walk <not>; <leg> werkt <not>
    <leg> wil <not>; <leg> wont; <leg> work* <not>; <leg> zwaar; niet_meer lopen
    niet_meer opstaan; niet_meer staan; no power; no strength; no_control; optillen <not>; paraly*
    power <away>; power <not>; recht_staan <not>; sleep <leg>; sleepvoet*; strength <away>
    strength <not>; tenen <not> staan; tenen_staan <not>; tiptoe* <not>; uitval*; unsteady
    valt_uit; verlam*; voorvoet; wankel*; <weak> <leg>; weakness; zak* <leg>
    # fever, very ill
    39_degrees; 39_graden; 40_degrees; 40_graden; 41_graden; a_temp; beroerd <very>; bibber*
    bloedvergiftiging; boiling_hot; burning_up; chills; cold_sweat; doodziek; feaver; feever
    fever*; flu; freezing cold; gloei*; griep; hightemp; high_temperature; <ill> <very>; infectie
    infection; klappertand*; koorts*; kors; koud_zweet; nachtzweten; night_sweats; ontsteking
    ontstoken; ril; rilde; rillen; rilling*; sepsis; septic; shaking all; shiver*; steenkoud
    sweating night; sweats; temperature; thermometer*; trembling; tril*; trillen koud; verhoging
    zweten koud; zweten nacht
    # a fall, a blow
    aangereden; aanrijding; accident; a_fall; after_fall; bad_fall; bad_landing; botbreuk; botsing
    broke <bone>; broken <bone>; came_off; collided; crash; crashed; cropper; een_val; fallen
    fell; <fell> <height>; fracture*; from_under; gebotst; gebroken <bone>; gecrasht; gedonderd
    geduwd; geflikkerd; geklapt <from>; geknald; gelazerd; geschopt; gestompt; gestruikeld
    gesukkeld; getrapt; gevallen; gezakt hard; had_a_fall; hit back; hit car; kicked; knocked_down
    knocked_off; landed <height>; mishandel*; na_val; neergevallen; omgevallen; onderuit; ongeluk
    ongeval; overreden; punched; pushed stairs; rear_ended; rug terecht; run_over; schuiver
    skiing fall; smakker; <smash> back; <smash> hard; <smash> rug; struikelde; tripped; tumble
    uitgegleden; val met; valpartij; val_uit; val_van; <vehicle> <smash>; verkeerd_terecht
    viel hard; viel op; viel uit; viel van; went_flying; whiplash
    # unbearable pain
    agony; alsjeblieft help; bear <not> <pain>; begging; braken <pain>; cant go_on; cant stand
    cant take; cant_move; cope <not> <pain>; crepeer*; ergste <pain>; excruciating; extreem <pain>
    extreme <pain>; faint*; flauw <pain>; flauwgevallen; ga_kapot; gekmakend; harden <not>
    hel <pain>; hell <pain>; helpt_niets; helpt_niks; hels*; hevig* <pain>; hou* <not> uit
    hou* <not> vol; houd <pain> <not>; iemand help; intolerable; kan <not> meer <pain>; kapot_van
    komen_halen; kotsen <pain>; liggen_van <pain>; maddening; moordend; morfi*; morphine
    niet_lopen <pain>; niet_normaal <pain>; niets_helpt; niks_helpt; nothing_helps
    nothing_touches; off_the_scale; ondraaglijk*; ondragelijk*; onhoudbaar; onhoudbare
    onverdraaglijk*; opiaten; opioid*; op_van <pain>; out_of_10 <pain>; out_of_bed <not>
    overgeven <pain>; oxycod*; <pain> a_<high>; <pain> <awful>; <pain> <cry>; <pain> <dead>
    <pain> een_<high>; <pain> <high>_10; <pain> is_<high>; <pain> kapot; <pain> killing
    <pain> lie_down; <pain> liggen <not>; <pain> move <not>; <pain> sit <not>; <pain> slapen <not>
    <pain> sleep <not>; <pain> stuk; <pain> too_much; <pain> walk <not>; <pain> zitten <not>
    <pain> zo_veel <not>; painkillers <not>; paracetamol <not>; passed_out; pass_out
    pijnstillers <not>; please_help; severe <pain>; smeek hulp; someone help; so_much pain
    stand <not> <pain>; take <not> <pain>; te_doen <not> <pain>; teveel pijn; throw* up <pain>
    too_much pain; tramadol; trek <not> meer; uit_bed <not>; uit_te_houden <not>; unbearable
    val_flauw; verschrikkelijk* <pain>; vomiting <pain>; vreselijk* <pain>; wanhopig <pain>
    worst <pain>; zon_pijn; zon_zeer; zoveel_pijn
    # cancer, weight, bones
    afgevallen; appetite <not>; bestraal*; bestraling*; biopsie; biopsy; bones thin; botontkal*
    botontkalk*; brittle; broek wijd; broze; bult*; cancer*; carcino*; chemo*; clothes falling
    clothes loose; collapsed; cortison*; dexamet*; dunner; eetlust <not>; gewichtsverlies; gezwel*
    hydrocort*; ingezakt*; *kanker; kanker*; <kilo> <lost>; kleren ruim; kleren wijd; knobbel*
    leukaemi*; leukemi*; longen; lose without trying; losing_weight; lump; lung; lymf*; lymphom*
    mager; magerder; mastectom*; melano*; metasta*; myeloma; myeloom; oncolo*; ontkalk*; osteopor*
    plekje lever; plekje <me> long; prednis*; radiotherapy; sarcoma; sarcoom; skinnier
    spot liver; steroid*; thinner; trousers loose; tumor*; tumour*; uitzaai*; val_af; val_steeds_af
    # chest, breath, consciousness, blood
    adem <not>; ademen <not>; ademnood; aneurys*; aorta; a_stroke; benauwd*; beroerte*
    bewusteloos*; bleeding; bloed; blood; borst druk; borst druk*; borst <pain>; borstbeen*
    borstpijn*; borststreek; breastbone; breathe <not>; breathing <trouble>; buiten_adem; chest
    choking; dizzy; duizelig*; face drooping; face dropped; flauwte; gasp*; hap adem; happen adem
    hart <pain>; hart tekeer; hartaanval*; hartinfarct*; hartklopping*; hartkloppinge; heart pain
    heart racing; heart_attack; jaw <pain>; kaak <pain>; kortademig*; left_arm; linkerarm
    lucht geen; olifant borst; op_borst; palpitation*; scheef gezicht; scheve mond
    short_of_breath; slurred; steken borst; sternum; stik; stikken; <trouble> ademen
    <trouble> breathe; unconscious
    # at night, below the knee, getting worse
    achteruit; alleen_maar_erger; alsmaar_erger; awake <pain>; calf <pain>; deteriorat*
    down <leg> <pain>; elke_dag erger; elke_week erger; erger_en_erger; every_day worse
    every_week worse; gaat_achteruit; getting_worse; iedere_dag erger; in_rust <pain>; knee <pain>
    knie <pain>; kuit <pain>; lig_wakker; lying <pain>; lying_awake; nacht <pain>; nachts <pain>
    never_goes <pain>; niet_meer_weg <pain>; night <pain>; only_gets_worse; <pain> erger
    <pain> worse; schiet <leg>; shoots <leg>; snachts <pain>; steeds_erger; straalt
    tot <leg> <pain>; uitstral*; wakes <pain>; wakker <pain>; weeks <pain> not_getting_better
    weken <pain> niet_beter; worse_every
    # asks for help
    112; 911; 999; a_e; ambulan*; arts_nodig; dokter_nodig; emergency; huisartsenpost*
    hulp_nodig nu; need ambulance; need doctor; noodgeval*; seh; spoed*; the_er
"""

SUICIDE = """
    # said outright
    sucid*; sucide; suecid*; sewerslide; zelfmrd; zelfmoo*; ombreng*; <self> ombrengen
    <self> omgebracht; off_<self>; offing_<self>; topped_<self>; topping_<self>; self_deletion
    delete_<self>; unaliv*; ideation; poging gedaan; attempted <self>; nearly_ended it
    almost_ended it; might_do <self>; what_i_might_do; scared might_do; zelf_beeindig*; end_it_all
    want_to die; want die i; wanna die; wish die; rather die; let_me_die; could_die; just_die
    to_die; when_i_die; if_i_die; hope_i die; better die; id_die; die hope; brug denk_ik
    # not to be, not to be here
    bestaan <want> <not>; besta_liever niet; besta liever; stop_existing; not_exist
    exist <not> <want>; ik_wil_verdwijnen; wil_ik_verdwijnen; kwil_verdwijnen; i_want_to_disappear
    i_could_disappear; if_i_disappear*; not_being_here; not_be_here; being_here given_up
    der gewoon_nie_meer zijn; der_niet_meer zijn; wereld <not> thuis; world need_me; me_in_it world
    dont_know if_ill_be_here; van_me_hoort; hear_from_me tomorrow; future <me> not_see; life_tired
    done_living; finished living; al_niet_meer <want>
    # to be allowed to go
    laat_me inslapen; laat_mij inslapen; me_alsjeblieft inslapen; drion; stekker trekken <me>
    laat_me_maar_gaan; laat_mij_maar_gaan; let_me_go should; put_to_sleep <me>; mooi_geweest gaan
    rust voorgoed; hemel <want>; heaven <want>; god takes_me; to_be_with_him only
    to_be_with_her only; be_with_him since; peace_soon; uit_het_leven; pray takes_me; pray not_wake
    death mercy; hope* terminal; jammer overleefd; mogen_mij_komen_halen
    # a burden, better without
    iedereen tot_last; ik_ben tot_last; <me> beter_af zonder; beter_af ze_zijn; burden wife
    burden kids; burden family; burden everyone; nothing_but a_burden; <me> last iedereen
    better_off_without <me>; beter van_me_af; beter_zonder <me>; once_im_gone; i_were_gone
    im_not_around; if_i_was_gone; kinderen tegenhouden
    # goodbye, and what is arranged
    mijn_laatste_bericht*; mijn_laatste_berichtje; goodbye_cruel; but_this_is_goodbye
    spijt achterlaat; funeral_songs; own_funeral; planning_my_funeral; briefje_op_tafel
    written_the_letters; wrote_the_letters; check_out permanently
    # means and places
    rope bought; bought_a_rope; tablets saving; saving_up tablets; pills saving; saving_up pills
    pillen verzameld; pillen opgespaard; medicijnen gespaard; many painkillers not_wake
    minst_pijnlijke_manier gaan; i_have_a_blade; mesje <self>; scheermes*; cutting_my arms
    cutting_my wrists; cutting_my legs; cut_myself purpose; kras* <self>; krab* <self>; sla_mezelf
    sla_mijzelf; hitting_myself; sh urges; platform_edge; stuur omgooi*; een_boom_en_klaar
    wakker_word zie_wel
    # dark thoughts
    them_thoughts; dark_thoughts; thinking dark_things; bad_thoughts; donkere_gedachten
    gedachten donker*; zwarte_gedachten; extreme_step; extreme_steps; voices say; stemmen zeggen
    samaritans; zelfmoordlijn
    # and more of all of it
    113; afscheidsbrief; afspringen; automutil*; beter dood; better_off gone; better_off_dead
    brug_af; cope life; cutting <self>; <dead> denk; <dead> gaan wil; death thinking
    denk aan_de_dood; disappear forever; done_with life; dont want go_on; dood zijn; doodgaan
    dood_wens; een_eind alles; eeuwig slapen; eind aan; einde aan; einde_leven; einde_maken
    eind_maken; end_everything; ending_it; ending_my_life; end_it; end_my_life; er_niet_meer_zijn
    eruit stappen; euthanasie; face <live>; face_another day; gedachten <dead>; geef_op <live>
    geen_hoop; geen_uitweg; give_up <live>; goodbye letter; goodbye note; haat leven; hang <self>
    hate life; hoeft mij <not>; hoop wakker <not>; hope wake <not>; hopeless <live>
    hopeloos <live>; hurt <self>; hurting <self>; ik_ben_op <live>; ik_moet_er <not>; ik_wil_weg
    it_all end; jump bridge; jump roof; jump train; jump* <vehicle>; jumping roof
    just_dont_want_to anymore; kan_niet_meer verder; kill <self>; killing <self>; klaar_met leven
    kms; laat <dead>; laatste_uitweg; let <dead>; leven beeindigen; leven <not> wil
    leven nut <not>; leven zat; leven zitten <not>; levensmoe; liefst <dead>; liefst <not> meer
    liever dood; <life> <me>; life no meaning; <life> over; <life> voorbij; <live> beu
    <live> cant; <live> eindig*; <live> hoeft <not>; <live> kan <not>; <live> kapot; <live> klaar
    <live> moe; <live> no_point; <live> <not> aan; <live> nut; <live> ondraaglijk; <live> point
    <live> ruined; <live> stop <not>; <live> uit_dit; <live> unbearable; <live> verpest
    <live> waard <not>; <live> worth <not>; <live> zat; <live> zin <not>; mag_ik <dead>
    me ophangen; me verhangen; miss_me; moe leven; never wake_up; niemand missen; niemand mist
    niet_meer leven; niet_meer wakker <want>; niet_verder zo wil; niks_meer_om; no reason live
    nobody care died; nobody miss; no_hope; nooit_geboren; nooit_meer wakker; no_one care
    no_one miss; no_reason <live>; <not> meer was ik; <not> wanna alive; <not> wanna here
    <not> wanna live; <not> want alive; not want go_on; <not> want here; <not> want live
    <not> worth living; nothing_to_live; opgeven <live>; out_of life; overdose; overdosis
    pillen allemaal; pillen gespaard; pills all; pistool; point living; poison; put_an_end
    rather dead; reason go_on no; reden leven <not>; rope ready; <self> aandoen; <self> doden
    <self> iets; <self> ophangen; <self> pijn; <self> snij; <self> snijden; self_harm; selfharm
    sick_of <live>; slapen altijd; sleep forever; spring dak; spring trein; spring* <vehicle>
    springen brug; springen dak; springen trein; stap_eruit; sterf*; sterven; suicid*; suicidaal
    take_my_life; think death; thoughts death; tired_of <live>; to_live_for <not>; top_myself
    touw klaar*; touw_gekocht; uitweg <not>; unalive; van_kant; verder leven <not>
    verdwijnen voorgoed; voor_altijd slapen; waarom leef; wake <not> want; wake_up <not> want
    <want> <dead>; want_out <life>; was_er <not> ik denk; was_ik dood; was_ik er <not>
    way_out <not> see; wil_gewoon_niet_meer; wil_niet_verder; wish <not> here; wish wake <not>
    wish wasnt; wish_i never born; without_me; wou wakker <not>; zelfdoding*; zelfmoord*
    zie zitten <not>; zijn niet_meer <want>; zin leven <not>; zonder_mij; zo_verder <not>
"""

DENIABLE = """
    gevallen afgevallen koorts* kanker* *kanker doof* gevoelloos* verdoofd* tintel* numb* tingl*
    verlam* incontinen* ondraaglijk* ongeluk ongeval uitval* bloed <ill> <numb> lost <lost>
    fever* fell fallen a_fall accident cancer* tumor* tumour* <awful> ondragelijk* unbearable
    chills paraly* <fell> borstpijn*
"""
"""What may be denied: words that say nothing once there is a "not" right before them."""

NAY = "niet geen nooit zonder not no never dont didnt havent hasnt isnt nor"
FILLER = "of een a any meer ooit echt de het had got have heb gehad last van doof gevoel or met"
"""Words that may stand between the two."""

EXCUSED = {
    "gevallen <fell>": "telefoon mobiel voor_die kabinet regering lachen kopje glas",
    "viel": "lachen mee op_dat me_op slaap telefoon",
    "val": "slaap kabinet koersen altijd_in",
    "fell <fell>": "phone for asleep laughing love behind about keys cup leaves",
    "fallen <fell>": "government leaves asleep love",
    "doof doof* <numb>": "buurman buurvrouw opa oma oor hond kaars kaarsen",
    "dove <numb>": "buurman buurvrouw opa oma oor hond tante oom",
    "<pee>": "kralingse plas_water om_de",
    "ongeluk": "per",
    "accident <late>": "by",
    "gebroken": "nacht record hart hoofd",
    "koorts*": "koortslip night",
    "fever*": "saturday",
    "cancer*": "star sign",
    "kanker*": "sterrenbeeld",
    "112": "kilo kg nummer",
    "113": "kilo kg nummer woon",
    "numb*": "numbers",
    "chest": "drawers stronger",
    "<trouble>": "riem eerst first",
    "<life>": """
        mooi mooie fijn fijner leuk goed omgooien anders gezond laten lang dagelijks live_in
        good healthy change beautiful nice better long style whole daily
    """,
}
"""Words that are harmless in some company."""

REPLACED = {
    "geen last": "prima",
    "geen problemen": "prima",
    "no trouble": "fine",
    "no problem": "fine",
}
"""What says that there is nothing, and in one word."""

PLAIN = """
    assistent beginnen breaststroke breeding pasje bride bridge brillen building cancel cijfer
    cracked diner dinner distel election gehakt gekapt gemalen gemist gepakt gepest geplakt
    geplant gepland gepost gereisd gestel geval gevaren kanjer offerte overeen overleden
    override partly paste peiling placed plant planten plate plaster platte poging polling
    popped popping riding rising rolling ruling schade schatten schiet schieten schijnen
    schillen schudden shaver skilled spoiled straal straat thinker titel verloofd vernam
    vertoning wedding winkel zuiver
"""
"""Ordinary words that are no misspelling of an alarm word."""
