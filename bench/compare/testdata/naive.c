// A rival of three loops, for the test of the harness.
#include "product.h"

static struct product now;

static void describe(void) { answer("ok\tname=naive\tversion=1\tsettings=%d threads", threads_allowed()); }

static const char *prepare(struct product *p) {
	if (p->packed)
		return "plain only";
	now = *p;
	return NULL;
}

static void multiply(void) {
	for (long i = 0; i < now.m; i++)
		for (long j = 0; j < now.n; j++) {
			double sum = 0;
			for (long k = 0; k < now.k; k++)
				sum += (double)now.a[now.form == TN ? k * now.m + i : i * now.k + k] *
				       now.b[now.form == NT ? j * now.k + k : k * now.n + j];
			now.c[i * now.n + j] = sum;
		}
}

static void fetch(struct product *p) { (void)p; }
static void release(struct product *p) { (void)p; }

int main(void) { return serve_products(); }
