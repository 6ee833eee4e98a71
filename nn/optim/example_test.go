package optim_test

import (
	"context"
	"fmt"
	"log"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// line is a network that may become y = 2x + 1, and points of it.
func line() (*nn.Network, data.Set) {
	net, err := nn.New(tensor.Shape{1}, layer.Dense(1))
	if err != nil {
		log.Fatal(err)
	}
	return net, data.Set{
		X:      tensor.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{-1, 0, 1, 2}},
		Target: data.Values(tensor.Matrix{Rows: 4, Cols: 1, Stride: 1, Data: []float32{-1, 1, 3, 5}}),
	}
}

// Rules are read as they are spelt. All of these find the line.
func ExampleRules() {
	for _, spelling := range []string{"sgd(lr=0.1, momentum=0.9)", "adam(lr=0.05, amsgrad)", "radam(lr=0.1)", "rprop", "ema(nadam(lr=0.05), decay=0.9)"} {
		rule, err := optim.Rules().Parse(spelling)
		if err != nil {
			log.Fatal(err)
		}
		net, points := line()
		trainer, err := nn.NewTrainer(net, loss.MSE(), rule)
		if err != nil {
			log.Fatal(err)
		}
		if _, err := trainer.Fit(context.Background(), points, nn.Epochs(1000)); err != nil {
			log.Fatal(err)
		}
		w, b, err := net.Weights(0)
		if err != nil {
			log.Fatal(err)
		}
		fmt.Printf("%s: y = %.2fx + %.2f\n", rule, w.Data[0], b[0])
		net.Close()
	}
	// Output:
	// sgd(lr=0.1, momentum=0.9): y = 2.00x + 1.00
	// adam(lr=0.05, amsgrad): y = 2.00x + 1.00
	// radam(lr=0.1): y = 2.00x + 1.00
	// rprop: y = 2.00x + 1.00
	// ema(nadam(lr=0.05), decay=0.9): y = 2.00x + 1.00
}

// Schedules say what the rate is as a training goes on; they nest.
func ExampleSchedules() {
	for _, spelling := range []string{"cosine", "warmup(20, linear)", "one_cycle", "sequence(constant, 50, exponential(0.9))", "step(every=25, factor=0.5)"} {
		s, err := optim.Schedules().Parse(spelling)
		if err != nil {
			log.Fatal(err)
		}
		var rates []float64
		for _, step := range []int{1, 26, 51, 76, 100} {
			rates = append(rates, s.Rate(0.1, optim.Progress{Step: step, Steps: 100}))
		}
		fmt.Printf("%s %.4f\n", s, rates)
	}
	// Output:
	// cosine [0.1000 0.0854 0.0500 0.0146 0.0000]
	// warmup(20, linear) [0.0050 0.0938 0.0625 0.0312 0.0012]
	// one_cycle [0.0040 0.0956 0.0794 0.0263 0.0000]
	// sequence(constant, 50, exponential(0.9)) [0.1000 0.1000 0.1000 0.0072 0.0006]
	// step(25, factor=0.5) [0.1000 0.0500 0.0250 0.0125 0.0125]
}
