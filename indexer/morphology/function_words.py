"""Function words, which have little meaning of their own and are never expanded, folded and as dictionary forms.

The lists contain articles, prepositions, conjunctions, pronouns, auxiliary verbs and the most common adverbs. The dictionaries of
Russian and Ukrainian contain the part of speech, so their lists only contain words for which it is wrong, such as як, a yak.
"""

_EN = """
    a about above after again against all also although always am among an and any anybody anyone anything are
    as at be because been before being below between both but by can cannot could did do does doing done down
    during each either else ever every everyone everything few for from further had has have having he her here
    hers herself him himself his how however i if in into is it its itself just least less many may me might
    more most much must my myself neither never no nobody none nor not nothing now of off often on once one only
    or other others our ours out over own per quite rather same shall she should since so some somebody someone
    something still such than that the their theirs them themselves then there these they this those though
    through thus to too under until up upon us very via was we were what whatever when where whether which while
    who whom whose why will with within without would yes yet you your yours
"""
_DE = """
    aber alle allein als also am an andere auch auf aus ausser bei beide beim bereits bevor bin bis bisher da
    dabei dadurch dafur dagegen daher damit danach dann daran darauf daraus darin daruber darum das dass davon
    davor dazu dein dem den denn der des deshalb dich die dies dieser dir doch dort du durch durfen ein einander
    einer einige einmal er erst es etwa etwas euch euer fur ganz gar gegen genau haben her hier hin hinter ich
    ihm ihn ihnen ihr im immer in indem ins irgend ist ja jede jeder jedoch jemand jener jetzt kaum kein keiner
    konnen man manche mancher mehr mein mich mir mit mogen mussen nach nachdem neben nein nicht nichts nie
    niemand noch nun nur ob obwohl oder ohne schon sehr sein seit selbst sich sie sind so sogar solche solcher
    sollen sondern sonst sowie trotz uber um und uns unser unter viel viele vom von vor wahrend wann war warum
    was weder wegen weil welche welcher wenig wenn wer werden wie wieder wir wo wohl wollen wurde zu zum zur
    zwar zwischen
"""
_FR = """
    a afin ai ainsi alors apres au aucun aujourd'hui aupres aussi autre autres aux avant avec avoir beaucoup c
    car ce ceci cela celle celui ces cet cette ceux chaque chez ci comme comment contre d dans de deja depuis
    des deux devoir donc dont du elle elles en encore enfin entre et etre eux faire il ils j jamais je jusque
    jusqu l la le lequel les leur leurs lorsque lui m mais malgre me meme memes mes mien moi moins mon n ne ni
    non nos notre nous on ont ou par parce parmi pas pendant peu plus plusieurs pour pourquoi pouvoir pres
    presque puis puisque qu quand que quel quelle quelque quelques qui quoi s sa sans se selon ses si sien soi
    soit son sont sous sur t ta tandis tant te tel telle tes toi ton toujours tous tout toute toutes tres trop
    tu un une vers voici voila vos votre vous y
"""
_PL = """
    a aby albo ale ani az bardzo bez bo bowiem by byc byl byly caly chociaz ci co czy czyli dla dlaczego dlatego
    do dopiero dosc gdy gdyby gdyz gdzie go i ich ile im inny iz ja jak jaki jako je jednak jego jej jemu jesli
    jest jestem jeszcze jezeli juz kazdy kiedy kilka kto ktory ku lecz lub ma miec mi mimo miedzy mna mnie moj
    mu my na nad nam nami nas nasz nawet nia nic nich nie nigdy nikt nim nimi niz no o obok od okolo on ona one
    oni ono oraz po pod podczas pomimo ponad poniewaz poza prawie przeciw przed przede przez przy raz rowniez
    sam sie skad soba sobie swoj ta tak taki takze tam te tego tej ten tez to toba tobie totez tu tutaj twoj ty
    tylko tym u w wasz we wedlug wiec wiele wobec wszystek wszystko wszyscy wtedy wy z za zas zatem zawsze ze
    zeby znow zostac
"""
_RU = """
    более где еще есть здесь много надо нет очень потому почему сейчас там только уже
"""
_UK = """
    вже до за мене мені нащо об перед під після поза посеред про проти протягом також тобі чого ще щоб як яка їм
"""

FUNCTION_WORDS = {
    language: frozenset(words.split())
    for language, words in (("en", _EN), ("de", _DE), ("fr", _FR), ("pl", _PL), ("ru", _RU), ("uk", _UK))
}
