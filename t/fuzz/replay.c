/* SPDX-License-Identifier: Apache-2.0
 *
 * Runs a fuzz target over every file named, or below a folder named, without libFuzzer.
 *
 * It prints how many inputs ran, and fails when there were none: an empty corpus proves nothing.
 */
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len);

static size_t inputs;

static void fail(const char *path)
{
    perror(path);
    exit(1);
}

static void run_file(const char *path, size_t len)
{
    FILE *file = fopen(path, "rb");
    /* of exactly this size, so that a sanitizer sees the first byte read past the end */
    uint8_t *bytes = malloc(len > 0 ? len : 1);

    if (file == NULL || bytes == NULL || fread(bytes, 1, len, file) != len) {
        fail(path);
    }
    fclose(file);
    LLVMFuzzerTestOneInput(bytes, len);
    free(bytes);
    inputs++;
}

static void run_path(const char *path);

static void run_folder(const char *path)
{
    DIR *folder = opendir(path);
    const struct dirent *entry;

    if (folder == NULL) {
        fail(path);
    }
    while ((entry = readdir(folder)) != NULL) {
        if (entry->d_name[0] == '.') {
            continue;
        }
        size_t room = strlen(path) + strlen(entry->d_name) + 2;
        char *inner = malloc(room);
        if (inner == NULL) {
            fail(path);
        }
        snprintf(inner, room, "%s/%s", path, entry->d_name);
        run_path(inner);
        free(inner);
    }
    closedir(folder);
}

static void run_path(const char *path)
{
    struct stat about;

    if (stat(path, &about) != 0) {
        fail(path);
    }
    if (S_ISDIR(about.st_mode)) {
        run_folder(path);
    } else {
        run_file(path, (size_t)about.st_size);
    }
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        run_path(argv[i]);
    }
    if (inputs == 0) {
        fprintf(stderr, "%s: no input given\n", argv[0]);
        return 1;
    }
    printf("%s: %zu inputs\n", strrchr(argv[0], '/') ? strrchr(argv[0], '/') + 1 : argv[0], inputs);
    return 0;
}
