from __future__ import annotations

import pytest

from crawler.parse.authors import clean_authors


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Ann Lee", "Ann Lee"),
        ("By Ann Lee", "Ann Lee"),
        ("Автор: Анна Ли", "Анна Ли"),
        ("desk@news.example (Ann Lee)", "Ann Lee"),
        ("Ann Lee (desk@news.example)", "Ann Lee"),
        ("Ann Lee <desk@news.example>", "Ann Lee"),
        ("Ann Lee &lt;mailto:desk@news.example&gt;", "Ann Lee"),
        ("desk@news.example Ann Lee", "Ann Lee"),
        ("<a href='/ann'>Ann</a> Lee,", "Ann Lee"),
        ("Ann&nbsp;Lee", "Ann Lee"),
        ("Bykov", "Bykov"),
        ("desk@news.example", None),
        ("https://news.example/ann", None),
        ("A", None),
        ("x" * 81, None),
        (None, None),
        (7, None),
    ],
)
def test_a_name_is_cleaned_or_dropped(name: object, expected: str | None) -> None:
    assert clean_authors([name]) == ((expected,) if expected else ())


def test_each_name_occurs_once_and_there_are_at_most_ten() -> None:
    assert clean_authors(["Ann Lee", "by Ann Lee", *(f"Name {letter}" for letter in "abcdefghijkl")])[:2] == (
        "Ann Lee",
        "Name a",
    )
    assert len(clean_authors([f"Name {letter}" for letter in "abcdefghijkl"])) == 10


@pytest.mark.parametrize(
    "name",
    [
        "Ministry of Foreign Affairs and Trade",
        "Department for Environment, Food and Rural Affairs",
        "Press and Information Office of the Federal Government",
        "Army of Drones and Robots",
        "Министерство иностранных дел и торговли",
        "Совет безопасности и обороны",
        "Міністерство закордонних справ і торгівлі",
        "Bundesministerium für Wirtschaft und Klimaschutz",
        "Ministère de l'Europe et des Affaires étrangères",
        "Ministerstwo Spraw Zagranicznych i Handlu",
        "Editorial Board",
        "Новости Киева и области",
    ],
)
def test_an_institution_is_one_author(name: str) -> None:
    assert clean_authors([name]) == (name,)


@pytest.mark.parametrize(
    "name",
    [
        "Staff Writer",
        "Senior Diplomatic Correspondent",
        "Editor at large",
        "admin",
        "by Admin",
        "President of Ukraine",
        "Minister of Foreign Affairs",
        "корреспондент",
        "Политический обозреватель",
        "Министр иностранных дел",
        "Редакція",
        "Redaktion",
        "Außenpolitischer Korrespondent",
        "La rédaction",
        "Rzecznik prasowy",
    ],
)
def test_a_role_is_not_an_author(name: str) -> None:
    assert clean_authors([name]) == ()


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("Jane Roe, John Doe, and Ann Poe", ("Jane Roe", "John Doe", "Ann Poe")),
        ("By Ann Lee in Kyiv and Bob Ray in Moscow", ("Ann Lee", "Bob Ray")),
        ("Анна Ли и Пётр Иванов", ("Анна Ли", "Пётр Иванов")),
        ("Олена Коваль і Тарас Шевчук", ("Олена Коваль", "Тарас Шевчук")),
        ("Von Anna Schmidt und Ursula von der Leyen", ("Anna Schmidt", "Ursula von der Leyen")),
        ("Anne Dupont et Jean Martin", ("Anne Dupont", "Jean Martin")),
        ("Anna Nowak oraz Jan Kowalski", ("Anna Nowak", "Jan Kowalski")),
        ("Reuters and AFP", ("Reuters", "AFP")),
        ("Ann Lee, Political Correspondent", ("Ann Lee",)),
        ("Ann Lee, Ministry of Defence and Security", ("Ann Lee", "Ministry of Defence and Security")),
        ("Prime Minister Ann Lee", ("Ann Lee",)),
        ("корреспондент Анна Ли", ("Анна Ли",)),
        ("Prof. Dr. Anna Schmidt (dpa)", ("Anna Schmidt",)),
    ],
)
def test_a_list_of_names_is_several_authors(text: str, names: tuple[str, ...]) -> None:
    assert clean_authors([text]) == names
