package nn

import (
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/neurona-ml/neurona/blas"
)

// Summary is a table of the network for people: each layer with its outputs
// and parameters. Layers that run as one block share a block's number.
// A precision other than float32 is told, and why it is not what was asked for.
func (n *Network) Summary() string {
	if n.made() != nil {
		return "no network\n"
	}
	var b strings.Builder
	set := n.backend.Kernels()
	fmt.Fprintf(&b, "%d inputs, %d outputs, backend %s (%s)\n", n.inputs, n.outputs, n.backend.Name(), set.ISA)
	if n.asked != blas.Float32 {
		fmt.Fprintln(&b, describePrecision(n.precision, n.asked, n.why))
	}
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "block\tlayer\t\toutputs\tparameters\t")
	for _, node := range n.nodes {
		block, parameters := fmt.Sprint(node.index), fmt.Sprint(node.size())
		for _, l := range node.layers {
			fmt.Fprintf(w, "%s\t%s\t%s\t%d\t%s\t\n", block, l.name, l.desc, n.values[node.out].size, parameters)
			block, parameters = "", ""
		}
	}
	fmt.Fprintf(w, "total\t\t\t\t%d\t\n", n.NumParameters())
	w.Flush()
	return b.String()
}
