package table_test

import (
	"context"
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/datasets/table"
	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// Which species is a penguin of? All that is known of columns, scales among it, is learnt
// from the training part; the encoder then makes features of any table.
func Example_train() {
	penguins := must(table.Open("testdata/penguins.train.csv"))
	schema := must(table.Infer(penguins, nil, table.Labels("species")))
	encoder := must(table.Fit(penguins, nil, schema))
	classes := schema.Targets[0].Classes

	net := must(nn.New(tensor.Shape{encoder.Width()}, layer.Stack(layer.Dense(16), activation.ReLU(), layer.Dense(len(classes))), nn.Seed(1)))
	defer net.Close()
	trainer := must(nn.NewTrainer(net, loss.CrossEntropy(), optim.Adam(0.01)))
	must(trainer.Fit(context.Background(), examples(encoder, penguins), nn.Batch(16), nn.Epochs(20)))

	others := must(table.Open("testdata/penguins.test.csv")) // penguins that it has not seen
	metrics := must(trainer.Evaluate(examples(encoder, others)))
	fmt.Println(classes)
	fmt.Println("at least 95 % are right:", metrics.Accuracy >= 0.95)
	// Output:
	// [Adelie Chinstrap Gentoo]
	// at least 95 % are right: true
}

// examples are a table's rows as a network learns them.
func examples(e *table.Encoder, t *table.Table) data.Set {
	x, _, err := e.Encode(t, nil)
	if err != nil {
		log.Fatal(err)
	}
	labels, _, err := e.Classes(t, nil, 0)
	if err != nil {
		log.Fatal(err)
	}
	return data.Set{
		X:      tensor.Matrix{Rows: t.Rows(), Cols: e.Width(), Stride: e.Width(), Data: x},
		Target: data.Labels(labels),
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		log.Fatal(err)
	}
	return v
}
