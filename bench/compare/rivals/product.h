// The products, for rivals that multiply matrices: operands, the check value,
// the loop over requests. A rival brings four functions.
#ifndef PRODUCT_H
#define PRODUCT_H

#include "protocol.h"

enum form { NN, NT, TN };

// product is C = op(A)·op(B) on row-major operands: C m×n, A m×k (stored k×m
// in TN), B k×n (stored n×k in NT).
struct product {
	enum form form;
	long m, n, k;
	int packed, bf16; // layout=plan, precision=bf16
	float *a, *b, *c;
};

// describe answers describe. prepare gets ready for a product, and returns NULL
// or why it cannot be done. multiply computes it, fetch brings the result to
// p->c if it is somewhere else, and release undoes prepare.
static void describe(void);
static const char *prepare(struct product *p);
static void multiply(void);
static void fetch(struct product *p);
static void release(struct product *p);

// uniform is element i of stream seed: SplitMix64, its top 24 bits made a
// float in [-1, 1). operands.go has the same.
static uint64_t mix(uint64_t seed, uint64_t i) {
	uint64_t z = seed + (i + 1) * UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

static float uniform(uint64_t seed, uint64_t i) { return (float)(mix(seed, i) >> 40) * 0x1p-23f - 1; }
static double sign(uint64_t seed, uint64_t i) { return mix(seed, i) >> 63 ? 1 : -1; }

static float *filled(long count, uint64_t seed) {
	size_t bytes = ((size_t)count * sizeof(float) + 63) / 64 * 64;
	float *p = aligned_alloc(64, bytes);
	if (p == NULL)
		abort();
	for (long i = 0; i < count; i++)
		p[i] = uniform(seed, i);
	return p;
}

// checksum is uᵀ·C·v with random signs u and v.
static double checksum(const struct product *p) {
	double sum = 0;
	for (long i = 0; i < p->m; i++) {
		double row = 0;
		for (long j = 0; j < p->n; j++)
			row += sign(4, j) * p->c[i * p->n + j];
		sum += sign(3, i) * row;
	}
	return sum;
}

static void do_product(const struct request *r) {
	const char *form = text(r, "form");
	struct product p = {
		.form = strcmp(form, "nt") == 0 ? NT : strcmp(form, "tn") == 0 ? TN : NN,
		.m = number(r, "m"), .n = number(r, "n"), .k = number(r, "k"),
		.packed = strcmp(text(r, "layout"), "plan") == 0,
		.bf16 = strcmp(text(r, "precision"), "bf16") == 0,
	};
	if (p.m < 1 || p.n < 1 || p.k < 1) {
		answer("err\tm, n and k must be at least 1");
		return;
	}
	p.a = filled(p.m * p.k, 1);
	p.b = filled(p.k * p.n, 2);
	p.c = filled(p.m * p.n, 5);
	const char *why = prepare(&p);
	if (why != NULL) {
		answer("no\t%s", why);
	} else {
		multiply();
		double best = best_ns(multiply, r);
		fetch(&p);
		answer("ok\tns=%.3f\tchecksum=%.17g", best, checksum(&p));
		release(&p);
	}
	free(p.a);
	free(p.b);
	free(p.c);
}

static int serve_products(void) {
	struct request r;
	while (read_request(&r)) {
		if (verb_is(&r, "describe"))
			describe();
		else if (verb_is(&r, "gemm"))
			do_product(&r);
		else if (verb_is(&r, "quit"))
			return 0;
		else
			answer("no\tonly products are done here");
	}
	return 0;
}

#endif
