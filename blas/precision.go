package blas

import "github.com/neurona-ml/neurona/internal/names"

// Precision is named by what the products do.
type Precision string

// Float32 multiplies and accumulates in float32. It is the default: the empty
// Precision means it too.
const Float32 Precision = "float32"

// ParsePrecision returns the precision called name; "highest" is PyTorch's
// word for float32.
func ParsePrecision(name string) (Precision, error) {
	switch name {
	case "", "highest", string(Float32):
		return Float32, nil
	}
	return "", names.Unknown("precision", name, []string{string(Float32), "highest"})
}
