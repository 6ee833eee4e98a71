package nn

import (
	"fmt"
	"io"
	"maps"

	"github.com/neurona-ml/neurona/internal/output"
	"github.com/neurona-ml/neurona/nn/fault"
)

// Save writes the network to w in the safetensors format: the parameters as
// float32 tensors, and the architecture as JSON in the metadata entry
// "neurona". meta is written beside it, free for the caller's use, such as the
// names of the classes; it may be nil, and must not have the key "neurona".
//
// Tensors are called as PyTorch calls them, and shaped so: the Dense at
// position i of the network's stack is "layers.i.weight" [out][in] and
// "layers.i.bias" [out]; one at position j of a container there is "layers.i.j.weight".
// Functions and dropout count as positions too. Running statistics are tensors like
// others.
//
// Precision is not of the model but of how it is run, and so is not written:
// parameters are float32 in all of them, and who loads the file chooses anew.
//
// Save takes a consistent copy of the parameters first, between two steps if
// the network is in training.
func (n *Network) Save(w io.Writer, meta map[string]string) (err error) {
	defer recovered(&err) // w is the user's
	if err := n.made(); err != nil {
		return err
	}
	if w == nil {
		return fault.Nil("save", "writer", "one to write to")
	}
	if _, taken := meta[architectureKey]; taken {
		return &FormatError{Tensor: architectureKey, Detail: "this metadata key is reserved for the architecture"}
	}
	text, err := describeNetwork(n)
	if err != nil {
		return fmt.Errorf("nn: save: %w", err)
	}
	all := map[string]string{architectureKey: text}
	maps.Copy(all, meta)
	tensors, err := n.copyTensors()
	if err != nil {
		return fmt.Errorf("nn: save: %w", err)
	}
	if err := writeTensors(w, all, tensors); err != nil {
		return fmt.Errorf("nn: save: %w", err)
	}
	return nil
}

// SaveFile saves the network to a file. It is written beside path and renamed:
// what stood there stays until the new file is complete. Its mode and its owner
// stay, links are followed, and a device or a pipe is written to as it is.
func (n *Network) SaveFile(path string, meta map[string]string) error {
	return output.Write(path, func(w io.Writer) error { return n.Save(w, meta) })
}

// transposed returns the [cols][rows] transpose of m [rows][cols].
func transposed(m []float32, rows, cols int) []float32 {
	t := make([]float32, len(m))
	transpose(t, m, rows, cols)
	return t
}
