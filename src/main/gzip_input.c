/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "main/gzip_input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "base/mem.h"

#define BUFFER_BYTES (256 * 1024)

struct gzip_input {
    gzFile file;
    int64_t size; /* of the file as it lies on the disk; 0: not known */
};

enum rc gzip_open(const char *path, struct gzip_input **out)
{
    int fd = strcmp(path, "-") == 0 ? dup(STDIN_FILENO) : open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return errno == ENOENT ? RC_NOT_FOUND : RC_IO;
    struct stat found;
    int64_t size = fstat(fd, &found) == 0 && S_ISREG(found.st_mode) ? found.st_size : 0;
    gzFile file = gzdopen(fd, "rb");
    if (!file) {
        close(fd);
        return RC_IO;
    }
    gzbuffer(file, BUFFER_BYTES);
    *out = mem_new(1, sizeof **out);
    **out = (struct gzip_input){.file = file, .size = size};
    return RC_OK;
}

enum rc gzip_read(struct gzip_input *input, char *out, size_t size, size_t *got)
{
    int count = gzread(input->file, out, (unsigned)(size > BUFFER_BYTES ? BUFFER_BYTES : size));
    int fault = Z_OK;
    *got = count > 0 ? (size_t)count : 0;
    if (count > 0)
        return RC_OK;
    gzerror(input->file, &fault); /* a stream that is cut short reads as its end, but leaves this */
    if (fault == Z_ERRNO)
        return RC_IO;
    return fault == Z_OK || fault == Z_STREAM_END ? RC_OK : RC_CORRUPT;
}

double gzip_progress(struct gzip_input *input)
{
    if (input->size <= 0)
        return 0;
    double part = (double)gzoffset(input->file) / (double)input->size;
    return part < 0 ? 0 : part > 1 ? 1 : part;
}

void gzip_close(struct gzip_input *input)
{
    if (!input)
        return;
    gzclose(input->file);
    mem_free(input);
}
