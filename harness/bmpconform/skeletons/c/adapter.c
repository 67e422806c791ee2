/* Speaks the adapter protocol of bmpconform, version 1, for decoder.c. There is nothing to change here.
 *
 * One JSON object a line: requests on standard input, answers on standard output, each with the id of its request.
 */
#define _POSIX_C_SOURCE 200809L

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "decoder.h"

#define PROTOCOL 1

static void die(const char *what)
{
    perror(what);
    exit(EXIT_FAILURE);
}

static void *must(void *memory)
{
    if (memory == NULL)
        die("adapter");
    return memory;
}

/* Text that grows as it is written: end it before it is read, and free it. */
struct text {
    char *characters;
    size_t length;
    FILE *file;
};

static void begin(struct text *text)
{
    text->file = must(open_memstream(&text->characters, &text->length));
}

static void end(struct text *text)
{
    if (fclose(text->file) != 0)
        die("adapter");
}

/* Return the quote at the end of a string, whose first character is given. */
static const char *end_of_string(const char *at)
{
    while (*at != '\0' && *at != '"')
        at += *at == '\\' && at[1] != '\0' ? 2 : 1;
    return at;
}

static const char *skip_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

/* Return where the value of a key of the outermost object begins; NULL where there is no such key. */
static const char *value_of(const char *json, const char *key)
{
    size_t length = strlen(key);
    int depth = 0;
    while (*json != '\0') {
        if (*json != '"') {
            depth += (*json == '{' || *json == '[') - (*json == '}' || *json == ']');
            json++;
            continue;
        }
        const char *start = json + 1, *stop = end_of_string(start);
        json = *stop == '"' ? stop + 1 : stop;
        const char *colon = skip_blanks(json);
        bool is_key = depth == 1 && *colon == ':' && (size_t)(stop - start) == length;
        if (is_key && memcmp(start, key, length) == 0)
            return skip_blanks(colon + 1);
    }
    return NULL;
}

static bool is_string(const char *value, const char *expected)
{
    size_t length = strlen(expected);
    return value != NULL && *value == '"' && strncmp(value + 1, expected, length) == 0 && value[1 + length] == '"';
}

static unsigned digit(char character)
{
    static const char DIGITS[] = "0123456789abcdef";
    const char *found = strchr(DIGITS, character);
    return found == NULL ? 0 : (unsigned)(found - DIGITS);
}

/* Return the octets of a string of hex, to be freed; exactly as many are allocated, so that a sanitizer sees who reads
 * on behind them. */
static struct octets read_hex(const char *value)
{
    const char *digits = value != NULL && *value == '"' ? value + 1 : "";
    size_t length = (size_t)(end_of_string(digits) - digits) / 2;
    uint8_t *octets = must(malloc(length ? length : 1));
    for (size_t i = 0; i < length; i++)
        octets[i] = (uint8_t)(digit(digits[2 * i]) << 4 | digit(digits[2 * i + 1]));
    return (struct octets){octets, length};
}

void put_hex(FILE *out, struct octets octets)
{
    fputc('"', out);
    for (size_t i = 0; i < octets.length; i++)
        fprintf(out, "%02x", octets.at[i]);
    fputc('"', out);
}

static void put_hello(FILE *out)
{
    fprintf(out, "\"status\":\"ok\",\"protocol\":%d,\"name\":\"%s\",\"version\":\"%s\"", PROTOCOL, NAME, VERSION);
    fprintf(out, ",\"language\":\"C\",\"url\":\"%s\",\"capabilities\":%s", URL, CAPABILITIES);
}

/* Write the rest of an answer; false where the request was refused or cannot be served. */
static bool put_outcome(FILE *out, struct outcome outcome)
{
    switch (outcome.status) {
    case REJECT:
        fprintf(out, "\"status\":\"reject\",\"error\":\"%s\"", outcome.error);
        return false;
    case UNSUPPORTED:
        fprintf(out, "\"status\":\"unsupported\",\"reason\":\"%s\"", outcome.error);
        return false;
    default:
        fputs("\"status\":\"ok\"", out);
        return true;
    }
}

static void put_decoded(FILE *out, const char *request)
{
    struct octets frame = read_hex(value_of(request, "hex"));
    struct text message;
    size_t consumed = 0;
    begin(&message);
    struct outcome outcome = decode(frame, value_of(request, "session") != NULL, message.file, &consumed);
    end(&message);
    if (put_outcome(out, outcome))
        fprintf(out, ",\"consumed\":%zu,\"message\":%s", consumed, message.characters);
    free(message.characters);
    free((void *)frame.at);
}

static void put_encoded(FILE *out, const char *request)
{
    struct text hex;
    begin(&hex);
    struct outcome outcome = encode(request, hex.file);
    end(&hex);
    if (put_outcome(out, outcome))
        fprintf(out, ",\"hex\":\"%s\"", hex.characters);
    free(hex.characters);
}

static void put_streamed(FILE *out, const char *request)
{
    struct octets piece = read_hex(value_of(request, "hex"));
    const char *more = value_of(request, "more");
    struct text items;
    begin(&items);
    struct outcome outcome = stream(piece, more != NULL && strncmp(more, "true", 4) == 0, items.file);
    end(&items);
    if (put_outcome(out, outcome))
        fprintf(out, ",%s", items.characters);
    free(items.characters);
    free((void *)piece.at);
}

static void put_answer(FILE *out, const char *request, const char *op)
{
    if (is_string(op, "hello"))
        put_hello(out);
    else if (is_string(op, "decode"))
        put_decoded(out, request);
    else if (is_string(op, "encode"))
        put_encoded(out, request);
    else if (is_string(op, "stream"))
        put_streamed(out, request);
    else if (is_string(op, "reset") || is_string(op, "bye"))
        put_outcome(out, (reset(), (struct outcome){OK, NULL}));
    else
        put_outcome(out, (struct outcome){UNSUPPORTED, "no such op"});
}

/* Keep standard output for answers: what the library prints goes to standard error. */
static FILE *take_answers(void)
{
    FILE *answers = fdopen(dup(STDOUT_FILENO), "w");
    if (answers == NULL || dup2(STDERR_FILENO, STDOUT_FILENO) < 0)
        die("adapter");
    return answers;
}

int main(void)
{
    FILE *answers = take_answers();
    char *request = NULL;
    size_t room = 0;
    bool is_over = false;
    while (!is_over && getline(&request, &room, stdin) > 0) {
        const char *op = value_of(request, "op"), *id = value_of(request, "id");
        fprintf(answers, "{\"id\":%ld,", id == NULL ? 0 : strtol(id, NULL, 10));
        put_answer(answers, request, op);
        fputs("}\n", answers);
        if (fflush(answers) != 0)
            die("adapter");
        is_over = is_string(op, "bye");
    }
    free(request);
    return EXIT_SUCCESS;
}
