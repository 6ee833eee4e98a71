// The line protocol that rivals speak on standard input and output; see
// protocol.go. One request is one line of fields parted by tabs: a verb, then
// key=value. The answer is one line that starts with ok, no (this rival does
// not do that) or err.
#ifndef PROTOCOL_H
#define PROTOCOL_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { MAX_FIELDS = 32, MAX_LINE = 8192 };

struct request {
	char line[MAX_LINE];
	char *field[MAX_FIELDS];
	int fields;
};

// read_request reads the next request; it returns 0 at the end of input.
static int read_request(struct request *r) {
	if (fgets(r->line, sizeof r->line, stdin) == NULL)
		return 0;
	r->line[strcspn(r->line, "\r\n")] = '\0';
	r->fields = 0;
	for (char *f = strtok(r->line, "\t"); f != NULL && r->fields < MAX_FIELDS; f = strtok(NULL, "\t"))
		r->field[r->fields++] = f;
	return 1;
}

// text returns the value of a field, or "" if it is not there.
static const char *text(const struct request *r, const char *key) {
	size_t length = strlen(key);
	for (int i = 1; i < r->fields; i++)
		if (strncmp(r->field[i], key, length) == 0 && r->field[i][length] == '=')
			return r->field[i] + length + 1;
	return "";
}

static long number(const struct request *r, const char *key) { return strtol(text(r, key), NULL, 10); }

static int verb_is(const struct request *r, const char *verb) {
	return r->fields > 0 && strcmp(r->field[0], verb) == 0;
}

static void answer(const char *format, ...) {
	va_list args;
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

// threads_allowed is how many threads this process was told to use.
static inline int threads_allowed(void) {
	const char *t = getenv("COMPARE_THREADS");
	return t == NULL ? 1 : atoi(t);
}

static double now_ns(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1e9 + t.tv_nsec;
}

// best_ns calls work until a sample takes at least nanos, takes that many
// samples as asked and returns the least time of one call. It stops early
// once limit has passed. measure.go does the same for neurona.
static double best_ns(void (*work)(void), const struct request *r) {
	double nanos = number(r, "nanos"), limit = number(r, "limit");
	long samples = number(r, "samples"), calls = 1;
	double begin = now_ns(), best = 0;
	for (long taken = 0; taken < samples;) {
		double start = now_ns();
		for (long i = 0; i < calls; i++)
			work();
		double end = now_ns(), took = end - start;
		if (took < nanos && end - begin < limit) {
			double more = took > 0 ? 1.2 * nanos / took : 100;
			calls = (long)(calls * (more > 100 ? 100 : more)) + 1;
			continue;
		}
		if (taken++ == 0 || took / calls < best)
			best = took / calls;
		if (end - begin > limit)
			break;
	}
	return best;
}

#endif
