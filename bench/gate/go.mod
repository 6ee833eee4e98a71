module github.com/neurona-ml/neurona/bench/gate

go 1.26.0

require (
	github.com/agnivade/levenshtein v1.2.2
	github.com/spf13/pflag v1.0.9
	golang.org/x/perf v0.0.0-20260908200009-22c9c6c9d4da
)

require github.com/aclements/go-moremath v0.0.0-20210112150236-f10218a38794 // indirect
