package nn_test

import (
	"context"
	"fmt"

	"github.com/neurona-ml/neurona/nn"
	"github.com/neurona-ml/neurona/nn/activation"
	"github.com/neurona-ml/neurona/nn/data"
	"github.com/neurona-ml/neurona/nn/layer"
	"github.com/neurona-ml/neurona/nn/loss"
	"github.com/neurona-ml/neurona/nn/metric"
	"github.com/neurona-ml/neurona/nn/optim"
	"github.com/neurona-ml/neurona/nn/tensor"
)

// A callback of one's own is the functions that it needs. Here one counts the epochs until
// StopAt is content.
func ExampleCallback() {
	x := tensor.Matrix{Rows: 4, Cols: 2, Stride: 2, Data: []float32{0, 0, 0, 1, 1, 0, 1, 1}}
	xor := data.Set{X: x, Target: data.Labels([]int{0, 1, 1, 0})}
	net, err := nn.New(tensor.Shape{2}, layer.Stack(layer.Dense(8), activation.Tanh(), layer.Dense(2)))
	if err != nil {
		fmt.Println(err)
		return
	}
	defer net.Close()
	trainer, err := nn.NewTrainer(net, loss.CrossEntropy(), optim.Adam(0.05))
	if err != nil {
		fmt.Println(err)
		return
	}
	epochs := 0
	history, err := trainer.Fit(context.Background(), xor, nn.Epochs(500),
		nn.Validate(xor, metric.Accuracy(), metric.F1(metric.Macro)),
		nn.StopAt(metric.Accuracy(), 1),
		nn.Callback{
			Epoch: func(r *nn.Run, e *nn.EpochInfo) error { epochs++; return nil },
			End: func(r *nn.Run, cause error) error {
				fmt.Println("it counts all epochs:", epochs == len(r.History.Epochs))
				return nil
			},
		})
	if err != nil {
		fmt.Println(err)
		return
	}
	last := history.Validations[len(history.Validations)-1]
	fmt.Println("stopped early:", history.StoppedEarly)
	for _, v := range last.Values {
		fmt.Println(v.Name, v.Value)
	}
	// Output:
	// it counts all epochs: true
	// stopped early: true
	// accuracy 1
	// f1 1
}
