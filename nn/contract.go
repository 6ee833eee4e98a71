package nn

import (
	"fmt"

	"github.com/neurona-ml/neurona/blas"
)

// checkPass reports matrices that are not those of a pass of one of the
// package's stages: x [batch][in] and y [batch][out], or gradients at them.
func checkPass(op string, x Matrix, in int, y Matrix, out int) error {
	if blas.Fits(&x, -1, in) && blas.Fits(&y, x.Rows, out) {
		return nil
	}
	if err := blas.CheckShape(op, "x", x, -1, in); err != nil {
		return err
	}
	return blas.CheckShape(op, "y", y, x.Rows, out)
}

// intact reports parameters whose memory a stage has exchanged for some of
// another length since it was built: who reads them would reach beyond.
func (n *node) intact() error {
	for i, p := range n.parameters {
		if want := n.lengths[i]; len(p.Value) != want || len(p.Grad) != want {
			return n.wrap(&ShapeError{Op: "parameter " + p.Name, Detail: fmt.Sprintf("it has %d values and %d gradients, want the %d that it was built with", len(p.Value), len(p.Grad), want)})
		}
	}
	return nil
}

// intact reports parameters of any stage that are not of their length.
func (n *Network) intact() error {
	for _, node := range n.nodes {
		if err := node.intact(); err != nil {
			return err
		}
	}
	return nil
}
