// Package neurona is the module's front page; it has no code. The library is
// in package [github.com/neurona-ml/neurona/nn], the command in cmd/neurona,
// ready-made data in package [github.com/neurona-ml/neurona/datasets] and the
// matrix product, for those who want only that, in package
// [github.com/neurona-ml/neurona/blas/backends].
//
// ARCHITECTURE.md shows how they fit together, and how a part of each kind is added.
package neurona
