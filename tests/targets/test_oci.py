"""Images of containers: layers over layers, whiteouts, hives in pieces, and layouts that lie."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hotfixcheck.cli.loading import open_windows, take
from hotfixcheck.demo.hiveimage import build_hive
from hotfixcheck.demo.peimage import build_pe
from hotfixcheck.inventory import Inventory
from hotfixcheck.platforms import Platform
from hotfixcheck.targets import nodes, open_target
from hotfixcheck.targets.opening import Found
from hotfixcheck.targets.tree import FileTree, walk
from hotfixcheck.targets.wanted import Wanted
from tests.build.targets import write_oci
from tests.build.tars import packed as tar

KERNEL = build_pe(version="10.0.17763.1", name="KERNEL32", platform=Platform.AMD64)
CURRENT = r"Microsoft\Windows NT\CurrentVersion"


def tree_of(found: Found) -> FileTree:
    (image,) = found.inside
    assert image.tree is not None, image.problem
    return image.tree


def files(folder: Path) -> list[str]:
    with open_target(folder, Wanted(everything=True)) as found:
        return [entry.path for entry in walk(tree_of(found))]


OPAQUE: list[str | tuple[str, bytes]] = [("Files/x/c", b"2"), ("Files/x/.wh..wh..opq", b"")]
IN_WIN = ["Win/A.dll", "Win/b"]
LAYERS: dict[str, tuple[list[list[str | tuple[str, bytes]]], list[str]]] = {
    "the upper one counts": ([[("Files/a", b"1")], [("Files/a", b"2"), ("Files/b", b"3")]], ["a", "b"]),
    "a whiteout": ([[("Files/a", b"1"), ("Files/b", b"1")], [("Files/.wh.a", b"")]], ["b"]),
    "a whiteout of a folder": ([[("Files/x/a", b"1"), ("Files/b", b"1")], [("Files/.wh.x", b"")]], ["b"]),
    "a whiteout of nothing": ([[("Files/a", b"1")], [("Files/.wh.gone", b"")]], ["a"]),
    "a whiteout and the file again": ([[("Files/x/a", b"1")], [("Files/x/b", b"2"), ("Files/.wh.x", b"")]], ["x/b"]),
    "an opaque folder": ([[("Files/x/a", b"1"), ("Files/b", b"")], OPAQUE], ["b", "x/c"]),
    "a whiteout in a new folder": ([[("Files/a", b"1")], [("Files/x/.wh.b", b""), ("Files/x/c", b"")]], ["a", "x/c"]),
    "a file over a folder": ([[("Files/x/a", b"1")], [("Files/x", b"2")]], ["x"]),
    "a folder over a file": ([[("Files/x", b"1")], [("Files/x/a", b"2")]], ["x/a"]),
    "names in another case": ([[("Files/Win/A.dll", b"1")], [("Files/WIN/a.DLL", b"2"), ("Files/win/b", b"")]], IN_WIN),
    "a whiteout in another case": ([[("Files/A.dll", b"1"), ("Files/b", b"")], [("Files/.wh.a.DLL", b"")]], ["b"]),
    "a whiteout of nothing at all": ([[("Files/.wh.a", b""), ("Files/x/.wh..wh..opq", b""), ("Files/b", b"")]], ["b"]),
    "a whiteout in what is a file later": ([[("Files/x/.wh.a", b""), ("Files/x", b"1")]], ["x"]),
    "UtilityVM is left out": ([[("UtilityVM/Files/a", b"1"), ("Files/b", b"")]], ["b"]),
}  # fmt: skip


@pytest.mark.parametrize(("layers", "expected"), LAYERS.values(), ids=LAYERS)
def test_layers(layers: list[list[str | tuple[str, bytes]]], expected: list[str], tmp_path: Path) -> None:
    write_oci(tmp_path, [gzip.compress(tar(*layer)) for layer in layers])
    assert files(tmp_path) == expected


def read(folder: Path, path: str) -> bytes:
    with open_target(folder, Wanted(everything=True)) as found, tree_of(found).open(path) as file:
        return file.read(0, file.size)


def test_layers_of_too_many_names_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each has few enough, and both together have not."""
    monkeypatch.setattr(nodes, "_MAX_NAMES", 4)
    layers = [tar((f"Files/{name}1", b""), (f"Files/{name}2", b""), (f"Files/{name}3", b"")) for name in "ab"]
    write_oci(tmp_path, [gzip.compress(layer) for layer in layers])
    with open_target(tmp_path, Wanted(everything=True)) as found:
        assert [entry.path for entry in walk(tree_of(found))] == ["a1", "a2", "a3"]
        (image,) = found.inside
        assert image.cut_short == "layer 2 of 2 is too much: it has more than 4 names"


def test_hard_links_between_winsxs_and_system32(tmp_path: Path) -> None:
    store, live = "Files/Windows/WinSxS/x86_a/a.dll", "Files/Windows/System32/a.dll"
    write_oci(tmp_path, [gzip.compress(tar((store, KERNEL), f"{live} => {store}"))])
    assert read(tmp_path, "Windows/System32/a.dll") == KERNEL
    # From one layer to one below it, which is replaced afterwards.
    lower, upper = tar((store, KERNEL)), tar(f"{live} => {store}", "Files/b => Files/gone", (store, b"new"))
    write_oci(tmp_path / "two", [gzip.compress(lower), gzip.compress(upper)])
    assert read(tmp_path / "two", "Windows/System32/a.dll") == KERNEL
    assert read(tmp_path / "two", "Windows/WinSxS/x86_a/a.dll") == b"new"
    with open_target(tmp_path / "two") as found:
        assert tree_of(found).children("")[1].problem == "it is a link to Files/gone: No such file or directory"


def system_hive() -> bytes:
    control = r"ControlSet001\Control"
    return build_hive(
        {
            "Select": {"Current": 1},
            rf"{control}\ProductOptions": {"ProductType": "ServerNT"},
            rf"{control}\Session Manager\Environment": {"PROCESSOR_ARCHITECTURE": "AMD64"},
        },
        minor=5,
    )


def inventory_of(folder: Path) -> Inventory:
    with open_windows(folder, Wanted(frozenset({"kernel32.dll"}), executables=False), None) as (_, (windows,)):
        return take(windows, names=frozenset({"kernel32.dll"}), only_names=True)


def hive(build: str, **more: int | str) -> bytes:
    return build_hive({CURRENT: {"CurrentVersion": "6.3", "CurrentBuildNumber": build, **more}}, minor=5)


def test_hives_of_base_and_deltas(tmp_path: Path) -> None:
    base = [
        ("Files/Windows/System32/kernel32.dll", KERNEL),
        ("Hives/Software_Base", hive("17763", ProductName="Windows Server 2019", UBR=1)),
        ("Hives/System_Base", system_hive()),
    ]
    first = ("Hives/Software_Delta", hive("17763", UBR=100, ReleaseId="1809"))
    second = ("Hives/Software_Delta", build_hive({CURRENT: {"ProductName": "Windows Server 2019 Datacenter"}}, minor=5))
    write_oci(tmp_path, [gzip.compress(tar(*base)), gzip.compress(tar(first)), gzip.compress(tar(second))])
    inventory = inventory_of(tmp_path)
    assert inventory.layout.hives == "Windows/System32/config"
    assert inventory.problems == ()
    said = {evidence.fact: evidence.value for evidence in inventory.system.evidence}
    assert said["product name"] == "Windows Server 2019 Datacenter"
    assert inventory.system.build == 17763
    assert str(inventory.system.platform) == "amd64"


def test_a_delta_that_is_damaged_leaves_no_facts(tmp_path: Path) -> None:
    base = [("Files/Windows/System32/kernel32.dll", KERNEL), ("Hives/Software_Base", hive("17763"))]
    write_oci(tmp_path, [gzip.compress(tar(*base)), gzip.compress(tar(("Hives/Software_Delta", b"regf")))])
    (problem,) = inventory_of(tmp_path).problems
    assert problem.path == "Windows/System32/config/SOFTWARE.delta1"
    assert problem.problem.startswith("registry hive not used")


def test_hives_that_lie_where_windows_has_them(tmp_path: Path) -> None:
    layer = [
        ("Files/Windows/System32/kernel32.dll", KERNEL),
        ("Files/Windows/System32/config/SOFTWARE", hive("17763")),
    ]
    delta = ("Hives/Software_Delta", hive("17763", ProductName="Nano"))
    write_oci(tmp_path, [tar(*layer), tar(delta)])
    inventory = inventory_of(tmp_path)
    assert {"product name", "version"} <= {evidence.fact for evidence in inventory.system.evidence}


def test_hives_that_have_no_place(tmp_path: Path) -> None:
    write_oci(
        tmp_path,
        [tar(("Files/Windows/System32", b"no folder"), ("Hives/Software_Base", hive("17763")), ("Hives2", b""))],
    )
    assert files(tmp_path) == ["Windows/System32"]


def test_a_layer_whose_digest_is_wrong_is_not_used(tmp_path: Path) -> None:
    write_oci(
        tmp_path, [tar(("Files/Windows/System32/kernel32.dll", KERNEL)), tar(("Files/Windows/System32/x.dll", KERNEL))]
    )
    index = json.loads((tmp_path / "index.json").read_text())
    manifest = json.loads((tmp_path / "blobs/sha256" / index["manifests"][0]["digest"][7:]).read_text())
    blob = tmp_path / "blobs/sha256" / manifest["layers"][1]["digest"][7:]
    blob.write_bytes(blob.read_bytes()[:-1] + b"x")
    inventory = inventory_of(tmp_path)
    assert not inventory.coverage.whole
    (problem,) = inventory.problems
    assert "layer 2 of 2 cannot be used: its sha256 is " in problem.problem
    assert [record.path for record in inventory.records] == ["Windows/System32/kernel32.dll"]


def test_a_layer_that_is_cut_short(tmp_path: Path) -> None:
    layer = tar(("Files/Windows/System32/kernel32.dll", KERNEL), ("Files/b", bytes(50_000)))
    write_oci(tmp_path, [gzip.compress(layer, 0)[:-30_000]])
    inventory = inventory_of(tmp_path)
    assert "layer 1 of 1 is cut short" in inventory.problems[0].problem
    assert inventory.records[0].facts is not None


def rewrite(folder: Path, change: Callable[[dict[str, Any]], object]) -> None:
    """Changes the manifest of a layout's only image, with all digests right."""
    index = json.loads((folder / "index.json").read_text())
    manifest = json.loads((folder / "blobs/sha256" / index["manifests"][0]["digest"][7:]).read_text())
    change(manifest)
    data = json.dumps(manifest).encode()
    index["manifests"][0]["digest"] = f"sha256:{hashlib.sha256(data).hexdigest()}"
    (folder / "blobs/sha256" / hashlib.sha256(data).hexdigest()).write_bytes(data)
    (folder / "index.json").write_text(json.dumps(index))


def test_a_base_layer_that_is_fetched_from_elsewhere(tmp_path: Path) -> None:
    write_oci(tmp_path, [tar(("Files/a.dll", KERNEL))])
    foreign = {"digest": f"sha256:{'0' * 64}", "urls": ["https://example.com/base"]}
    rewrite(tmp_path, lambda manifest: manifest["layers"].insert(0, foreign))
    with open_target(tmp_path) as found:
        assert found.inside[0].cut_short == "layer 1 of 2 is not in it, and is fetched from elsewhere"


NO_WINDOWS: dict[str, tuple[Callable[[Path], object], str]] = {
    "for Linux": (lambda path: write_oci(path, [tar("usr/")], system="linux"), "an image for linux, not for Windows"),
    "without Files": (lambda path: write_oci(path, [tar(("a", b""))]), "its layers hold no folder Files"),
    "without layers": (lambda path: write_oci(path, []), "there is no Windows in it: its layers hold no folder Files"),
    "a layer that is no tar": (lambda path: write_oci(path, [gzip.compress(b"text")]), "holds no tar"),
}  # fmt: skip


@pytest.mark.parametrize(("make", "problem"), NO_WINDOWS.values(), ids=NO_WINDOWS)
def test_images_without_a_windows(make: Callable[[Path], object], problem: str, tmp_path: Path) -> None:
    make(tmp_path)
    with open_target(tmp_path) as found:
        assert problem in found.inside[0].problem


INDEXES: dict[str, tuple[str, str]] = {
    "no JSON": ("{", "the list of images cannot be read"),
    "no object": ("[]", ""),
    "a digest that climbs": ('{"manifests": [{"digest": "sha256:../../etc/passwd"}]}', "is no digest"),
    "a digest of nothing": (f'{{"manifests": [{{"digest": "sha256:{"0" * 64}"}}]}}', "No such file"),
    "manifests that are none": ('{"manifests": {"a": [1]}}', ""),
    "deeply nested": ("[" * 100_000, "the list of images cannot be read"),
    "too long": (" " * (5 << 20), "index.json has 5,242,880 bytes"),
}


@pytest.mark.parametrize(("index", "problem"), INDEXES.values(), ids=INDEXES)
def test_indexes_of_strangers(index: str, problem: str, tmp_path: Path) -> None:
    (tmp_path / "oci-layout").write_text("{}")
    (tmp_path / "index.json").write_text(index)
    with open_target(tmp_path) as found:
        assert (found.inside, found.tree) == ((), None)
        assert problem in found.problem


def test_an_index_of_indexes_has_an_image_for_each_windows(tmp_path: Path) -> None:
    write_oci(tmp_path, [tar(("Files/a.dll", KERNEL))])
    (image,) = json.loads((tmp_path / "index.json").read_text())["manifests"]
    platforms = [
        {"os": "windows", "os.version": "10.0.17763"},
        {"os": "windows", "os.version": "10.0.20348"},
        {"os": "unknown"},
    ]
    inner = json.dumps({"manifests": [image | {"platform": each, "annotations": {}} for each in platforms]}).encode()
    digest = hashlib.sha256(inner).hexdigest()
    (tmp_path / "blobs/sha256" / digest).write_bytes(inner)
    outer = {"manifests": [{"digest": f"sha256:{digest}", "annotations": {"io.containerd.image.name": "plant"}}]}
    (tmp_path / "index.json").write_text(json.dumps(outer))
    with open_target(tmp_path) as found:
        assert [each.place for each in found.inside] == ["plant 10.0.17763", "plant 10.0.20348"]
        assert found.inside[0].kind == "container image, 1 layer, windows 4.0.1381"
        assert found.kind == "container images, folder"


def test_an_index_in_itself_is_not_followed_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    inner = b'{"manifests": []}'
    for _ in range(9):
        digest = hashlib.sha256(inner).hexdigest()
        (tmp_path / "blobs/sha256").mkdir(parents=True, exist_ok=True)
        (tmp_path / "blobs/sha256" / digest).write_bytes(inner)
        inner = json.dumps({"manifests": [{"digest": f"sha256:{digest}"}]}).encode()
    (tmp_path / "index.json").write_bytes(inner)
    (tmp_path / "oci-layout").write_text("{}")
    with open_target(tmp_path) as found:
        assert found.inside == ()


SAVED: dict[str, tuple[str, list[str]]] = {
    "an image": ('[{"RepoTags": ["a:1"], "Layers": ["l/layer.tar"]}]', ["a:1"]),
    "two images, a name": ('[{"RepoTags": null, "Layers": []}, {"RepoTags": ["b"], "Layers": [1]}]', ["image 1", "b"]),
    "a layer that climbs": ('[{"RepoTags": ["a:1"], "Layers": ["../../../outside"]}]', ["a:1"]),
}  # fmt: skip


@pytest.mark.parametrize(("manifest", "names"), SAVED.values(), ids=SAVED)
def test_saved_images(manifest: str, names: list[str], tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    (tmp_path / "l").mkdir()
    (tmp_path / "l/layer.tar").write_bytes(tar(("Files/a.dll", KERNEL)))
    with open_target(tmp_path) as found:
        assert [each.place for each in found.inside] == names
        assert (found.inside[0].tree is not None) is (
            names == ["a:1"] and "climb" not in manifest and ".." not in manifest
        )


@pytest.mark.parametrize("manifest", ["{}", "[]", "[1]", "{", '[{"Name": "an extension"}]'])
def test_another_manifest_json_makes_no_image(manifest: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.json").write_text(manifest)
    with open_target(tmp_path) as found:
        assert found.kind == "folder"


def test_a_configuration_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    write_oci(tmp_path, [tar(("Files/a.dll", KERNEL))])
    rewrite(tmp_path, lambda manifest: manifest["config"].update(digest=f"sha256:{'1' * 64}"))
    with open_target(tmp_path) as found:
        assert "its configuration cannot be read" in found.inside[0].kind
        assert found.inside[0].tree is not None


def test_a_layer_is_not_read_for_ever(tmp_path: Path) -> None:
    write_oci(tmp_path, [tar(("Files/a.dll", KERNEL))])
    rewrite(tmp_path, lambda manifest: manifest.update(layers=manifest["layers"] * 100))
    with open_target(tmp_path) as found:
        assert found.inside[0].problem == "its layers are repeated too often"
