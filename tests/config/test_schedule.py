import pytest

from config.schedule import check_cron, parse_every


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("15m", 900), ("2h", 7_200), ("1d", 86_400), ("30d", 2_592_000)]
)
def test_a_polling_interval_is_parsed_into_seconds(text: str, seconds: float) -> None:
    assert parse_every(text) == seconds


@pytest.mark.parametrize("text", ["", "15", "m", "15 m", "1.5h", "-5m", "0m", "4s", "31d", "99999999d", "١٥m"])
def test_an_invalid_interval_is_refused_with_the_allowed_values(text: str) -> None:
    with pytest.raises(ValueError, match=r"\(30s, 15m, 2h, 1d\)|\(5s to 30d\)"):
        parse_every(text)


@pytest.mark.parametrize("text", ["*/15 * * * *", "0 6-22 * * mon-fri", "0 0 29 2 *", "5,35 * * * *", "0 0 last * *"])
def test_a_cron_expression_is_kept_as_it_is(text: str) -> None:
    assert check_cron(text) == text


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("* * * *", "has 4 fields instead of five"),
        ("61 * * * *", "higher than the maximum value"),
        ("0 0 * * 1-5", "has a number as weekday"),
        ("0 0 * * mon,3", "has a number as weekday"),
        ("0 0 1 * mon", "has both a day of the month and a weekday"),
        ("0 0 31 2 *", "never comes due"),
    ],
)
def test_an_invalid_cron_expression_is_refused(text: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        check_cron(text)
