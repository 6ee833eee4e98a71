module github.com/neurona-ml/neurona/bench/compare

go 1.26.0

require (
	github.com/klauspost/cpuid/v2 v2.4.2
	github.com/neurona-ml/neurona v0.0.0
)

require (
	github.com/agnivade/levenshtein v1.2.2 // indirect
	golang.org/x/sys v0.49.0 // indirect
	gonum.org/v1/gonum v0.17.0 // indirect
	gonum.org/v1/netlib v0.0.0-20230729102104-8b8060e7531f // indirect
)

// The neurona of this tree, with a go.work and without.
replace github.com/neurona-ml/neurona => ../..
