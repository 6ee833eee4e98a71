// OpenBLAS: cblas_sgemm on row-major operands.
#include <cblas.h>

#include "product.h"

static struct product now;

static void describe(void) {
	answer("ok\tname=OpenBLAS\tversion=%s\tsettings=cblas_sgemm, row-major, %d threads, kernels for %s",
	       openblas_get_config(), openblas_get_num_threads(), openblas_get_corename());
}

static const char *prepare(struct product *p) {
	if (p->packed || p->bf16)
		return "plain float32 only";
	now = *p;
	return NULL;
}

static void multiply(void) {
	cblas_sgemm(CblasRowMajor, now.form == TN ? CblasTrans : CblasNoTrans, now.form == NT ? CblasTrans : CblasNoTrans,
	            now.m, now.n, now.k, 1, now.a, now.form == TN ? now.m : now.k, now.b, now.form == NT ? now.k : now.n,
	            0, now.c, now.n);
}

static void fetch(struct product *p) { (void)p; }
static void release(struct product *p) { (void)p; }

int main(void) {
	openblas_set_num_threads(threads_allowed());
	return serve_products();
}
