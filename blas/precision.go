package blas

import (
	"github.com/neurona-ml/neurona/internal/names"
	"github.com/neurona-ml/neurona/kernels"
)

// Precision is named by what the products do, in XLA's terms. Weights, sums,
// losses and optimizers are float32 in all of them.
type Precision string

// The precisions. All but the first need a processor that multiplies bf16; a
// backend without one multiplies in float32 and says so (see Effective).
const (
	// Float32 multiplies and accumulates in float32. It is the default: the empty
	// Precision means it too.
	Float32 Precision = "float32"
	// BF16x6 splits each operand into three bf16 pieces and sums the six
	// largest of their products: at least as accurate as Float32.
	BF16x6 Precision = "bf16x6"
	// BF16x3 splits each operand into two bf16 pieces and sums three of their
	// products: about 16 bits of mantissa.
	BF16x3 Precision = "bf16x3"
	// BF16 rounds the operands to bf16, 8 bits of mantissa.
	BF16 Precision = "bf16"
)

// Precisions lists all precisions, the most accurate first.
func Precisions() []Precision { return []Precision{BF16x6, Float32, BF16x3, BF16} }

// aliases are PyTorch's words (torch.set_float32_matmul_precision).
var aliases = map[string]Precision{"": Float32, "highest": Float32, "high": BF16x3, "medium": BF16}

// ParsePrecision returns the precision called name: one of Precisions, or
// PyTorch's "highest" (Float32), "high" (BF16x3) or "medium" (BF16).
func ParsePrecision(name string) (Precision, error) {
	if p, ok := aliases[name]; ok {
		return p, nil
	}
	var known []string
	for _, p := range Precisions() {
		if name == string(p) {
			return p, nil
		}
		known = append(known, string(p))
	}
	return "", names.Unknown("precision", name, append(known, "highest", "high", "medium"))
}

// Precisioner is a Backend that multiplies in other precisions than Float32.
type Precisioner interface {
	// Precision says how the plans of precision p multiply: as p, or as Float32
	// for the reason that why gives. Layers of some shapes may multiply in
	// Float32 all the same, where that is faster.
	Precision(p Precision) (as Precision, why string)
}

// PairMultiplier is a Precisioner that says what it multiplies bf16 with.
type PairMultiplier interface {
	// PairUnit returns the unit of the plans of precision p and of how many terms,
	// products of pieces, each of their products is the sum; nil for float32.
	PairUnit(p Precision) (unit *kernels.Pairs, terms int)
}

// Effective says how the plans of precision p multiply on b: as p, or as
// Float32 for the reason that why gives.
func Effective(b Backend, p Precision) (as Precision, why string) {
	if p == "" || p == Float32 {
		return Float32, ""
	}
	if x, ok := b.(Precisioner); ok {
		return x.Precision(p)
	}
	return Float32, "backend " + b.Name() + " multiplies in float32 only"
}
