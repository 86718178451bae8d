"""Images of Windows files and registry hives built in code, for `hotfixcheck demo` and for the tests."""
