/* Prints what GetFileVersionInfoW and VerQueryValueW say of each file named on standard input, one line a file:
   name, file version, product version, language and code page of the chosen string table, FileVersion,
   OriginalFilename, with tabs between them; "=" before the text of a string, "-" for what is not there. In UTF-8.

   The string table is the English or neutral one that Translation names, else the first. A line is flushed before the
   next file is looked at: where a damaged file brings this program down, the caller goes on behind it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>
#include <windows.h>

static int rank(WORD language)
{
    static const WORD preferred[] = {0x0409, 0x0000, 0x0400, 0x0009};
    int i;
    for (i = 0; i < 4 && preferred[i] != language; i++) continue;
    return i;
}

static void print_string(void *block, const WORD *table, const WCHAR *name)
{
    WCHAR path[80], *value;
    char text[4096];
    UINT size;
    swprintf(path, 80, L"\\StringFileInfo\\%04x%04x\\%ls", table[0], table[1], name);
    if (!VerQueryValueW(block, path, (void **)&value, &size)) { fputs("\t-", stdout); return; }
    size = wcsnlen(value, size);
    text[size ? WideCharToMultiByte(CP_UTF8, 0, value, size, text, sizeof(text) - 1, NULL, NULL) : 0] = 0;
    for (char *c = text; *c; c++) if ((unsigned char)*c < ' ') *c = '?';
    printf("\t=%s", text);
}

/* Without this Wine calls its debugger, which takes seconds and writes between our lines. */
static LONG WINAPI stop(EXCEPTION_POINTERS *unused)
{
    (void)unused;
    TerminateProcess(GetCurrentProcess(), 3);
    return 0;
}

int main(void)
{
    char name[1024];
    SetUnhandledExceptionFilter(stop);
    while (fgets(name, sizeof(name), stdin)) {
        WCHAR path[1024];
        VS_FIXEDFILEINFO *fixed;
        WORD *pairs, none[2] = {0x0409, 0x04B0}, *chosen = none;
        UINT size, i;
        DWORD handle, length;
        void *block;
        name[strcspn(name, "\r\n")] = 0;
        MultiByteToWideChar(CP_UTF8, 0, name, -1, path, 1024);
        printf("%s", name);
        length = GetFileVersionInfoSizeW(path, &handle);
        block = length ? calloc(1, length + 4096) : NULL;
        if (!block || !GetFileVersionInfoW(path, 0, length, block)) {
            puts("\tnone");
            fflush(stdout);
            free(block);
            continue;
        }
        if (VerQueryValueW(block, L"\\", (void **)&fixed, &size) && size >= sizeof(*fixed) && fixed->dwSignature == 0xFEEF04BD)
            printf("\t%u.%u.%u.%u\t%u.%u.%u.%u",
                   HIWORD(fixed->dwFileVersionMS), LOWORD(fixed->dwFileVersionMS),
                   HIWORD(fixed->dwFileVersionLS), LOWORD(fixed->dwFileVersionLS),
                   HIWORD(fixed->dwProductVersionMS), LOWORD(fixed->dwProductVersionMS),
                   HIWORD(fixed->dwProductVersionLS), LOWORD(fixed->dwProductVersionLS));
        else
            fputs("\t-\t-", stdout);
        if (VerQueryValueW(block, L"\\VarFileInfo\\Translation", (void **)&pairs, &size) && size >= 4)
            for (chosen = pairs, i = 1; i < size / 4; i++)
                if (rank(pairs[2 * i]) < rank(chosen[0])) chosen = pairs + 2 * i;
        printf("\t%04x%04x", chosen[0], chosen[1]);
        print_string(block, chosen, L"FileVersion");
        print_string(block, chosen, L"OriginalFilename");
        puts("");
        fflush(stdout);
        free(block);
    }
    return 0;
}
