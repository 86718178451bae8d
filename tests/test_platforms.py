"""Platforms: printed labels and PE machine numbers."""

from __future__ import annotations

import pytest

from hotfixcheck.platforms import Platform

LABELS = {
    Platform.X86: (
        "x86",
        "Intel",
        "Intel x86",
        "i386",
        "I386",
        "i486",
        "i586",
        "i686",
        "ix86",
        "x386",
        "80386",
        "32-bit x86",
    ),
    Platform.ALPHA: ("Alpha", "DEC Alpha", "AXP", "Alpha AXP"),
    Platform.ALPHA64: ("Alpha64", "Alpha 64", "AXP64"),
    Platform.IA64: ("IA-64", "IA64", "ia_64", "Itanium", "Itanium-based"),
    Platform.AMD64: ("x64", "X64", "AMD64", "x86-64", "x86_64", "EM64T", "x64-based"),
    Platform.MIPS: ("MIPS",),
    Platform.PPC: ("PPC", "PowerPC", "Power PC"),
    Platform.ARM: ("ARM", "ARM32"),
    Platform.ARM64: ("ARM64", "AArch64", "ARM64-based"),
}


@pytest.mark.parametrize(
    ("platform", "label"), [(platform, label) for platform in LABELS for label in LABELS[platform]]
)
def test_printed_label(platform: Platform, label: str) -> None:
    assert {Platform.from_label(spelling) for spelling in (label, label.upper(), label.lower(), f" {label} ")} == {
        platform
    }


@pytest.mark.parametrize("platform", Platform)
def test_every_platform_is_reached_by_its_own_value(platform: Platform) -> None:
    assert Platform.from_label(platform.value) is platform


@pytest.mark.parametrize("label", ["", " ", "-", "vax", "Intel Alpha", "64-bit", "x", "x860", "\u0131ntel"])
def test_label_of_no_processor(label: str) -> None:
    with pytest.raises(ValueError, match=r"is not a platform; known are x86, alpha, .* such as Intel"):
        Platform.from_label(label)


@pytest.mark.parametrize(
    ("machine", "platform"),
    [
        (0x014C, Platform.X86),
        (0x0162, Platform.MIPS),
        (0x0166, Platform.MIPS),
        (0x0168, Platform.MIPS),
        (0x0169, Platform.MIPS),
        (0x0184, Platform.ALPHA),
        (0x01C0, Platform.ARM),
        (0x01C2, Platform.ARM),
        (0x01C4, Platform.ARM),
        (0x01F0, Platform.PPC),
        (0x01F1, Platform.PPC),
        (0x0200, Platform.IA64),
        (0x0284, Platform.ALPHA64),
        (0x8664, Platform.AMD64),
        (0xAA64, Platform.ARM64),
        (0xA641, Platform.ARM64),
        (0xA64E, Platform.ARM64),
        pytest.param(0x0000, None, id="unknown"),
        pytest.param(0x01A2, None, id="SH3"),
        pytest.param(0x0EBC, None, id="EFI byte code"),
    ],
)
def test_machine_number(machine: int, platform: Platform | None) -> None:
    assert Platform.from_machine(machine) is platform


def test_64_bit_windows() -> None:
    assert {platform.value for platform in Platform if platform.is_64_bit} == {"alpha64", "ia64", "amd64", "arm64"}
