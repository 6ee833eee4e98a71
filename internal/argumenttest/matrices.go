package argumenttest

import (
	"math"

	"github.com/neurona-ml/neurona/nn/tensor"
)

// Matrices are ones that contradict themselves, or are none for two features, by what is wrong. What
// they have of elements is data, of at least four.
func Matrices(data []float32) map[string]tensor.Matrix {
	const huge = math.MaxInt
	return map[string]tensor.Matrix{
		"zero":            {},
		"no rows":         {Cols: 2, Stride: 2},
		"negative rows":   {Rows: -1, Cols: 2, Stride: 2, Data: data},
		"negative cols":   {Rows: 2, Cols: -2, Stride: 2, Data: data},
		"no data":         {Rows: 2, Cols: 2, Stride: 2},
		"short data":      {Rows: 2, Cols: 2, Stride: 2, Data: data[:3]},
		"short stride":    {Rows: 2, Cols: 2, Stride: 1, Data: data},
		"negative stride": {Rows: 2, Cols: 2, Stride: -2, Data: data},
		"huge stride":     {Rows: 3, Cols: 2, Stride: huge, Data: data},
		"huge rows":       {Rows: huge, Cols: 2, Stride: 2, Data: data},
		"huge all":        {Rows: huge, Cols: huge, Stride: huge, Data: data},
		"other width":     {Rows: 1, Cols: 3, Stride: 3, Data: data},
	}
}
