// BLIS: its own typed interface, which takes row-major operands as they are.
#include <blis.h>

#include "product.h"

static struct product now;

static void describe(void) {
	answer("ok\tname=BLIS\tversion=%s\tsettings=bli_sgemm, row-major, %d threads, kernels for %s",
	       bli_info_get_version_str(), (int)bli_thread_get_num_threads(), bli_arch_string(bli_arch_query_id()));
}

static const char *prepare(struct product *p) {
	if (p->packed || p->bf16)
		return "plain float32 only";
	now = *p;
	return NULL;
}

static void multiply(void) {
	float one = 1, zero = 0;
	inc_t lda = now.form == TN ? now.m : now.k, ldb = now.form == NT ? now.k : now.n;
	bli_sgemm(now.form == TN ? BLIS_TRANSPOSE : BLIS_NO_TRANSPOSE, now.form == NT ? BLIS_TRANSPOSE : BLIS_NO_TRANSPOSE,
	          now.m, now.n, now.k, &one, now.a, lda, 1, now.b, ldb, 1, &zero, now.c, now.n, 1);
}

static void fetch(struct product *p) { (void)p; }
static void release(struct product *p) { (void)p; }

int main(void) {
	bli_thread_set_num_threads(threads_allowed());
	return serve_products();
}
