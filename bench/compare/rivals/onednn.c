// oneDNN 2.x: dnnl_sgemm on row-major operands (layout=plain), and the
// primitives with weights in the layout that the library chooses (layout=plan),
// in float32 and bf16.
//
// In the layout of a plan, NN and NT are a matmul whose weights were packed
// beforehand, as between two updates. TN, the gradient of the weights, is an
// inner product's backward pass that writes the gradient in the library's
// layout, as its optimizer would read it. Activations and their gradients are
// plain row-major; in bf16 they are bf16 from the start, and results float32.
#include <dnnl.h>

#include "product.h"

static dnnl_engine_t engine;
static dnnl_stream_t stream;

static struct product now;

// primitive is a prepared operation with its memories.
static struct {
	dnnl_primitive_t op;
	dnnl_memory_t memory[3];
	dnnl_exec_arg_t args[3];
	int result; // which memory holds the result
} prepared;

static void must(dnnl_status_t status, const char *what) {
	if (status == dnnl_success)
		return;
	answer("err\t%s: oneDNN status %d", what, (int)status);
	exit(1);
}

static void describe(void) {
	const dnnl_version_t *v = dnnl_version();
	static const struct {
		dnnl_cpu_isa_t isa;
		const char *name;
	} names[] = {
		{dnnl_cpu_isa_sse41, "sse41"}, {dnnl_cpu_isa_avx, "avx"}, {dnnl_cpu_isa_avx2, "avx2"},
		{dnnl_cpu_isa_avx512_core, "avx512_core"}, {dnnl_cpu_isa_avx512_core_vnni, "avx512_core_vnni"},
		{dnnl_cpu_isa_avx512_core_bf16, "avx512_core_bf16"}, {dnnl_cpu_isa_avx512_core_amx, "avx512_core_amx"},
	};
	const char *isa = "other";
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (names[i].isa == dnnl_get_effective_cpu_isa())
			isa = names[i].name;
	answer("ok\tname=oneDNN\tversion=%d.%d.%d\tsettings=plain: dnnl_sgemm; plan: matmul with packed weights, "
	       "for tn inner product backward weights; %d threads, isa %s",
	       v->major, v->minor, v->patch, threads_allowed(), isa);
}

// plain describes a rows×cols row-major matrix, or its transpose.
static dnnl_memory_desc_t plain(long rows, long cols, int transposed, dnnl_data_type_t type) {
	dnnl_memory_desc_t d;
	dnnl_dims_t dims = {rows, cols};
	must(dnnl_memory_desc_init_by_tag(&d, 2, dims, type, transposed ? dnnl_ba : dnnl_ab), "memory descriptor");
	return d;
}

// any is a rows×cols matrix whose layout the library chooses.
static dnnl_memory_desc_t any(long rows, long cols, dnnl_data_type_t type) {
	dnnl_memory_desc_t d;
	dnnl_dims_t dims = {rows, cols};
	must(dnnl_memory_desc_init_by_tag(&d, 2, dims, type, dnnl_format_tag_any), "memory descriptor");
	return d;
}

static void copy(dnnl_memory_t from, dnnl_memory_t to) {
	dnnl_primitive_desc_t pd;
	dnnl_primitive_t reorder;
	const dnnl_memory_desc_t *source, *target;
	must(dnnl_memory_get_memory_desc(from, &source), "reorder source");
	must(dnnl_memory_get_memory_desc(to, &target), "reorder target");
	must(dnnl_reorder_primitive_desc_create(&pd, source, engine, target, engine, NULL), "reorder");
	must(dnnl_primitive_create(&reorder, pd), "reorder");
	dnnl_exec_arg_t args[] = {{DNNL_ARG_FROM, from}, {DNNL_ARG_TO, to}};
	must(dnnl_primitive_execute(reorder, stream, 2, args), "reorder");
	must(dnnl_stream_wait(stream), "reorder");
	dnnl_primitive_destroy(reorder);
	dnnl_primitive_desc_destroy(pd);
}

// operand makes the memory that a primitive wants for its argument number i,
// and fills it from data, which has the layout plain says.
static void operand(int i, int arg, dnnl_primitive_desc_t pd, dnnl_query_t query, dnnl_memory_desc_t plain_desc,
                    float *data) {
	const dnnl_memory_desc_t *wanted = dnnl_primitive_desc_query_md(pd, query, 0);
	must(dnnl_memory_create(&prepared.memory[i], wanted, engine, DNNL_MEMORY_ALLOCATE), "memory");
	prepared.args[i] = (dnnl_exec_arg_t){arg, prepared.memory[i]};
	dnnl_memory_t from;
	must(dnnl_memory_create(&from, &plain_desc, engine, data), "memory");
	copy(from, prepared.memory[i]);
	dnnl_memory_destroy(from);
}

// prepare_matmul prepares C = A·op(B) with B packed.
static const char *prepare_matmul(dnnl_data_type_t type) {
	dnnl_memory_desc_t a = plain(now.m, now.k, 0, type), b = any(now.k, now.n, type), c = plain(now.m, now.n, 0, dnnl_f32);
	dnnl_matmul_desc_t desc;
	dnnl_primitive_desc_t pd;
	if (dnnl_matmul_desc_init(&desc, &a, &b, NULL, &c) != dnnl_success ||
	    dnnl_primitive_desc_create(&pd, &desc, NULL, engine, NULL) != dnnl_success)
		return "no matmul of that kind";
	operand(0, DNNL_ARG_SRC, pd, dnnl_query_src_md, plain(now.m, now.k, 0, dnnl_f32), now.a);
	operand(1, DNNL_ARG_WEIGHTS, pd, dnnl_query_weights_md, plain(now.k, now.n, now.form == NT, dnnl_f32), now.b);
	operand(2, DNNL_ARG_DST, pd, dnnl_query_dst_md, plain(now.m, now.n, 0, dnnl_f32), now.c);
	prepared.result = 2;
	must(dnnl_primitive_create(&prepared.op, pd), "matmul");
	dnnl_primitive_desc_destroy(pd);
	return NULL;
}

// prepare_gradient prepares C = Aᵀ·B as the gradient of an inner product's
// weights: A [batch][in], B [batch][out], and C in the library's layout.
static const char *prepare_gradient(dnnl_data_type_t type) {
	// An inner product's weights are out×in.
	dnnl_memory_desc_t x = plain(now.k, now.m, 0, type), dy = plain(now.k, now.n, 0, type);
	dnnl_memory_desc_t w = any(now.n, now.m, type), dw = any(now.n, now.m, dnnl_f32), y = plain(now.k, now.n, 0, dnnl_f32);
	dnnl_inner_product_desc_t forward, desc;
	dnnl_primitive_desc_t hint, pd;
	if (dnnl_inner_product_forward_desc_init(&forward, dnnl_forward_training, &x, &w, NULL, &y) != dnnl_success ||
	    dnnl_primitive_desc_create(&hint, &forward, NULL, engine, NULL) != dnnl_success)
		return "no inner product of that kind";
	if (dnnl_inner_product_backward_weights_desc_init(&desc, &x, &dw, NULL, &dy) != dnnl_success ||
	    dnnl_primitive_desc_create(&pd, &desc, NULL, engine, hint) != dnnl_success) {
		dnnl_primitive_desc_destroy(hint);
		return "no inner product of that kind";
	}
	operand(0, DNNL_ARG_SRC, pd, dnnl_query_src_md, plain(now.k, now.m, 0, dnnl_f32), now.a);
	operand(1, DNNL_ARG_DIFF_DST, pd, dnnl_query_diff_dst_md, plain(now.k, now.n, 0, dnnl_f32), now.b);
	operand(2, DNNL_ARG_DIFF_WEIGHTS, pd, dnnl_query_diff_weights_md, plain(now.n, now.m, 1, dnnl_f32), now.c);
	prepared.result = 2;
	must(dnnl_primitive_create(&prepared.op, pd), "inner product");
	dnnl_primitive_desc_destroy(pd);
	dnnl_primitive_desc_destroy(hint);
	return NULL;
}

static const char *prepare(struct product *p) {
	now = *p;
	dnnl_data_type_t type = p->bf16 ? dnnl_bf16 : dnnl_f32;
	if (p->packed)
		return p->form == TN ? prepare_gradient(type) : prepare_matmul(type);
	return p->bf16 ? "bf16 with packed weights only" : NULL;
}

static void multiply(void) {
	if (now.packed) {
		dnnl_primitive_execute(prepared.op, stream, 3, prepared.args);
		dnnl_stream_wait(stream);
		return;
	}
	dnnl_sgemm(now.form == TN ? 'T' : 'N', now.form == NT ? 'T' : 'N', now.m, now.n, now.k, 1, now.a,
	           now.form == TN ? now.m : now.k, now.b, now.form == NT ? now.k : now.n, 0, now.c, now.n);
}

static void fetch(struct product *p) {
	if (!p->packed)
		return;
	dnnl_memory_desc_t wanted = p->form == TN ? plain(p->n, p->m, 1, dnnl_f32) : plain(p->m, p->n, 0, dnnl_f32);
	dnnl_memory_t to;
	must(dnnl_memory_create(&to, &wanted, engine, p->c), "memory");
	copy(prepared.memory[prepared.result], to);
	dnnl_memory_destroy(to);
}

static void release(struct product *p) {
	if (!p->packed)
		return;
	dnnl_primitive_destroy(prepared.op);
	for (int i = 0; i < 3; i++)
		dnnl_memory_destroy(prepared.memory[i]);
}

int main(void) {
	must(dnnl_engine_create(&engine, dnnl_cpu, 0), "engine");
	must(dnnl_stream_create(&stream, engine, dnnl_stream_default_flags), "stream");
	return serve_products();
}
