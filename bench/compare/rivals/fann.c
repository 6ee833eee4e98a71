// FANN: batch gradient descent on one thread. fann_train_epoch over a batch is
// one step.
//
// FANN has neither ReLU nor cross-entropy nor Adam. Where a step needs one of
// them, the nearest that FANN has is timed and the answer says that it is a
// reference only. With sigmoids, squared error and plain descent it does the
// same work as the others, from the same weights: FANN follows
// half the gradient that "mean" asks for with one output, so its rate is
// doubled.
#include <floatfann.h>

#include "protocol.h"

enum { MAX_LAYERS = 16, LOSSES = 3 };

static struct fann *net;
static struct fann_train_data *data;

static void train(void) { fann_train_epoch(net, data); }

static int read_floats(FILE *f, float *to, size_t count) { return fread(to, sizeof *to, count, f) == count; }

// read_net fills the weights, which the file has as W [in][out] and b [out]. FANN
// keeps them neuron by neuron, the bias last.
static int read_net(FILE *f, const unsigned *sizes, int layers) {
	fann_type *to = net->weights;
	for (int l = 0; l + 1 < layers; l++) {
		unsigned in = sizes[l], out = sizes[l + 1];
		float *w = malloc(((size_t)in * out + out) * sizeof *w);
		int ok = w != NULL && read_floats(f, w, (size_t)in * out + out);
		for (unsigned j = 0; ok && j < out; j++)
			for (unsigned i = 0; i <= in; i++)
				*to++ = w[(size_t)i * out + j];
		free(w);
		if (!ok)
			return 0;
	}
	return 1;
}

// read_data fills the batch: x [batch][in], then values [batch][out], or a
// label for each row, which becomes a 1 among zeros.
static int read_data(FILE *f, unsigned batch, unsigned in, unsigned out, int labels) {
	for (unsigned i = 0; i < batch; i++)
		if (!read_floats(f, data->input[i], in))
			return 0;
	for (unsigned i = 0; i < batch; i++) {
		int32_t label;
		if (!labels) {
			if (!read_floats(f, data->output[i], out))
				return 0;
			continue;
		}
		if (fread(&label, sizeof label, 1, f) != 1 || label < 0 || (unsigned)label >= out)
			return 0;
		memset(data->output[i], 0, out * sizeof *data->output[i]);
		data->output[i][label] = 1;
	}
	return 1;
}

static void do_step(const struct request *r) {
	unsigned sizes[MAX_LAYERS], batch = number(r, "batch");
	int layers = 0;
	char list[256];
	snprintf(list, sizeof list, "%s", text(r, "sizes"));
	double flops = 0;
	for (char *s = strtok(list, "-"); s != NULL && layers < MAX_LAYERS; s = strtok(NULL, "-")) {
		sizes[layers++] = atoi(s);
		if (layers > 1)
			flops += 6.0 * sizes[layers - 2] * sizes[layers - 1] * batch;
	}
	int sigmoid = strcmp(text(r, "hidden"), "sigmoid") == 0, ce = strcmp(text(r, "loss"), "ce") == 0;
	int mse = strcmp(text(r, "loss"), "mse") == 0, sgd = strcmp(text(r, "optimizer"), "sgd") == 0;
	if (strcmp(text(r, "precision"), "float32") != 0) {
		answer("no\tfloat32 only");
		return;
	}
	if (flops > 5e9) {
		answer("no\ta step of %.0f GFLOP would take FANN many seconds", flops / 1e9);
		return;
	}
	FILE *f = fopen(text(r, "file"), "rb");
	if (f == NULL || layers < 2 || batch < 1) {
		answer("err\tcannot read the network from %s", text(r, "file"));
		if (f != NULL)
			fclose(f);
		return;
	}
	net = fann_create_standard_array(layers, sizes);
	data = fann_create_train(batch, sizes[0], sizes[layers - 1]);
	int ok = net != NULL && data != NULL && read_net(f, sizes, layers) &&
	         read_data(f, batch, sizes[0], sizes[layers - 1], ce);
	fclose(f);
	if (!ok) {
		answer("err\t%s is too short or damaged", text(r, "file"));
		return;
	}
	fann_set_training_algorithm(net, FANN_TRAIN_BATCH);
	fann_set_train_error_function(net, FANN_ERRORFUNC_LINEAR);
	fann_set_activation_function_hidden(net, sigmoid ? FANN_SIGMOID : FANN_LINEAR_PIECE);
	fann_set_activation_function_output(net, strcmp(text(r, "output"), "identity") == 0 && mse ? FANN_LINEAR : FANN_SIGMOID);
	fann_set_activation_steepness_hidden(net, 0.5); // FANN's sigmoid is 1/(1+exp(-2sx))
	fann_set_activation_steepness_output(net, 0.5);
	fann_set_learning_rate(net, 2 * strtof(text(r, "rate"), NULL) / sizes[layers - 1]);

	float losses[LOSSES];
	for (int i = 0; i < LOSSES; i++) {
		train();
		losses[i] = fann_get_MSE(net);
	}
	double best = best_ns(train, r);
	if (sigmoid && mse && sgd)
		answer("ok\tns=%.3f\tlosses=%.9g,%.9g,%.9g\tsettings=fann_train_epoch", best, losses[0], losses[1], losses[2]);
	else
		answer("ok\tns=%.3f\treference=batch descent on squared error with FANN's nearest activations\tsettings=fann_train_epoch", best);
	fann_destroy(net);
	fann_destroy_train(data);
}

int main(void) {
	struct request r;
	while (read_request(&r)) {
		if (verb_is(&r, "describe"))
			answer("ok\tname=FANN\tversion=" FANN_RELEASE "\tsettings=floatfann, FANN_TRAIN_BATCH, one thread");
		else if (verb_is(&r, "step"))
			do_step(&r);
		else if (verb_is(&r, "quit"))
			return 0;
		else
			answer("no\tonly steps are done here");
	}
	return 0;
}
