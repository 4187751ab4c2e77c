"""pytest's plugin, in runs of pytest of its own."""

import subprocess
import sys

import dynadrill.drills.marked  # noqa: F401 -- pytester forgets what it imports, and C extensions load only once
import pytest

pytest_plugins = ["pytester"]

PLUGIN = ["-p", "no:dynadrill", "-p", "dynadrill.drills.targets.pytest_plugin"]
"""As installed, and also where the installation is older than the plugin: by module, not by entry point."""

RESTORES = """
    import pytest

    @pytest.mark.time_machine(durations={"restore": 60}, start_at="2026-06-01T00:00:00Z", seed=7)
    def test_a_bad_write_is_undone(time_machine):
        assert time_machine.now() == 1780272000
        dynamodb = time_machine.client("dynamodb")
        dynamodb.create_table(
            TableName="Orders", BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        )
        dynamodb.update_continuous_backups(
            TableName="Orders", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
        )
        dynamodb.put_item(TableName="Orders", Item={"id": {"S": "1"}, "state": {"S": "paid"}})
        good_at = time_machine.advance(60)
        time_machine.advance(60)
        dynamodb.delete_item(TableName="Orders", Key={"id": {"S": "1"}})
        time_machine.advance(600)
        dynamodb.restore_table_to_point_in_time(
            SourceTableName="Orders", TargetTableName="Restored", RestoreDateTime=good_at
        )
        time_machine.advance(60)
        assert dynamodb.scan(TableName="Restored")["Count"] == 1

    def test_each_test_has_its_own(time_machine):
        assert time_machine.client("dynamodb").list_tables()["TableNames"] == []
"""


def test_a_test_restores_a_table(pytester: pytest.Pytester) -> None:
    """The fixture is a machine of one test, begun as its marker says; strict markers know it."""
    pytester.makepyfile(RESTORES)
    pytester.runpytest_inprocess(*PLUGIN, "--strict-markers", "-p", "no:cacheprovider").assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("(7)", "named arguments only"),
        ("(sed=7)", "sed"),
        ("(durations={'restart': 1})", "restart"),
        ("(start_at='noon')", "noon"),
    ],
)
def test_a_wrong_marker_is_an_error(pytester: pytest.Pytester, marker: str, said: str) -> None:
    """Bad input: the test errs with words that name what is wrong."""
    pytester.makepyfile(f"""
        import pytest

        @pytest.mark.time_machine{marker}
        def test_it(time_machine):
            pass
    """)
    result = pytester.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{said}*"])


OTHERS_PLUGIN = """
    import pytest

    @pytest.fixture(name="time_machine")
    def theirs(request):
        return "theirs", request.node.get_closest_marker("time_machine")
"""


def test_another_packages_fixture_is_left_alone(pytester: pytest.Pytester) -> None:
    """Where the plugin of the package time-machine is loaded, the short name is its own; ours has its long name."""
    pytester.makepyfile(
        time_machine=OTHERS_PLUGIN,
        test_both="""
            import pytest

            @pytest.mark.time_machine("2020-01-01")
            @pytest.mark.dynamodb_time_machine(start_at=1000)
            def test_both(time_machine, dynamodb_time_machine):
                assert time_machine[0] == "theirs"
                assert time_machine[1].args == ("2020-01-01",)
                assert dynamodb_time_machine.now() == 1000

            @pytest.mark.time_machine("2020-01-01")
            def test_their_marker_is_not_ours(dynamodb_time_machine):
                assert dynamodb_time_machine.client("dynamodb").list_tables()["TableNames"] == []
        """,
    )
    pytester.syspathinsert()
    pytester.runpytest_inprocess(*PLUGIN, "-p", "time_machine").assert_outcomes(passed=2)


def test_both_names_are_one_machine(pytester: pytest.Pytester) -> None:
    """A test that asks for the fixture by both names gets one machine, begun as either marker says."""
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("number", [1, 2])
        @pytest.mark.dynamodb_time_machine(start_at=1000)
        def test_it(time_machine, dynamodb_time_machine, number):
            assert time_machine is dynamodb_time_machine
            assert time_machine.now() == 1000
    """)
    pytester.runpytest_inprocess(*PLUGIN, "--strict-markers").assert_outcomes(passed=2)


def test_the_marker_is_described(pytester: pytest.Pytester) -> None:
    """`pytest --markers` says what the marker takes."""
    pytester.runpytest_inprocess(*PLUGIN, "--markers").stdout.fnmatch_lines(["*time_machine(seed=0, start_at=...*"])


def test_the_plugin_costs_nothing_until_it_is_used() -> None:
    """A run of pytest that does not use the fixture imports no boto3, botocore, moto or rich for the plugin."""
    code = (
        "import sys; import pytest; import dynadrill.drills.targets.pytest_plugin;"
        "print([name for name in ('boto3', 'botocore', 'moto', 'rich', 'orjson', 'werkzeug') if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout == "[]\n"


DRILLED = """
    import pytest

    SMALL = {"items": 100, "rate": 2.0, "notice": "20s", "decide": "30s"}

    @pytest.mark.drill("bad_batch_delete", rpo="5m", **SMALL)
    class TestDrill:
        def test_its_judgement_is_there(self, drill):
            assert drill.judgement.rpo.objective_s == 300
            assert drill.judgement.items.missing == 0
            assert (drill.folder / "verdict.json").exists()
            assert "PASS" in drill.report

        def test_nobody_has_to_name_the_fixture(self):
            pass

        def test_one_run_is_shared(self, request, drill):
            assert drill.folder.parent.parent.name == "drill0"

    @pytest.mark.drill("bad_batch_delete", recovery="nothing", **SMALL)
    def test_that_never_runs():
        raise AssertionError("its drill has failed")

    @pytest.mark.drill("bad_batch_delete", recovery="nothing", verdict="fail", **SMALL)
    def test_the_negative_control():
        pass
"""


def test_a_marked_test_has_its_drill(pytester: pytest.Pytester) -> None:
    """A drill that passes hands over its judgement, once for a marker; any other fails its test, and it is told why."""
    pytester.makepyfile(DRILLED)
    result = pytester.runpytest_subprocess(*PLUGIN, "--strict-markers", "-p", "no:cacheprovider")
    result.assert_outcomes(passed=4, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*the drill ended as fail, where pass was expected",
            "*nothing_missing*",
            "*dynadrill judge *",
        ]
    )
    result.stdout.no_fnmatch_line("*its drill has failed*")


@pytest.mark.parametrize(
    ("marker", "said"),
    [
        ("", "needs its marker"),
        ("@pytest.mark.drill", "takes one scenario"),
        ("@pytest.mark.drill('bad_batch_delet')", "Did you mean bad_batch_delete"),
        ("@pytest.mark.drill('bad_batch_delete', recovry='nothing')", "Did you mean recovery?"),
        ("@pytest.mark.drill('bad_batch_delete', verdict='fine')", "is no verdict"),
        ("@pytest.mark.drill('mine.py')", "mine.py"),
    ],
)
def test_a_wrong_drill_is_an_error(pytester: pytest.Pytester, marker: str, said: str) -> None:
    """Bad input: the test errs before anything is run, with words that name what is wrong."""
    pytester.makepyfile(f"import pytest\n{marker}\ndef test_it(drill): pass\n")
    result = pytester.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([f"*{said}*"])


def test_a_wrong_amount_is_an_error(pytester: pytest.Pytester) -> None:
    """The command line's amount is held to be one before anything is run; pytest's help says what it is for."""
    pytester.makepyfile("import pytest\n@pytest.mark.drill('bad_batch_delete')\ndef test_it(): pass\n")
    result = pytester.runpytest_inprocess(*PLUGIN, "--drill-yes-spend", "much")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*--drill-yes-spend is 'much'*", "*Give US dollars*"])
    help_of = pytester.runpytest_inprocess(*PLUGIN, "--help")
    help_of.stdout.fnmatch_lines(["*--drill-yes-spend=USD*"])


def test_a_wrong_configuration_is_an_error(pytester: pytest.Pytester) -> None:
    """Accounts and Regions that a project's dynadrill.toml allows hold for its marked drills: it is read."""
    pytester.makefile(".toml", dynadrill="[aws]\nregion = 'eu-west-1'\n")
    pytester.makepyfile("import pytest\n@pytest.mark.drill('bad_batch_delete')\ndef test_it(): pass\n")
    result = pytester.runpytest_inprocess(*PLUGIN)
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*there is no key aws.region*"])
