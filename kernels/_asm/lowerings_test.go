package main

import (
	"flag"
	"fmt"
	"go/types"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestMain writes the assembly of all kernels and of the tests' operations for
// an ISA, if asked to: avo writes one file in the life of a program.
func TestMain(m *testing.M) {
	flag.Parse()
	all := append(described(), operationKernels()...)
	switch os.Getenv("NEURONA_ASM_TEST") {
	case "avx2":
		generate(func() { newAVX2().kernels(all) })
	case "avx512":
		generate(func() { newAVX512().kernels(all) })
	case "neon":
		generateNEON("tests_neon", func(v *neon) { v.kernels(all) })
	default:
		os.Exit(m.Run())
	}
}

// TestLowerings runs every kernel and every operation on every ISA of this
// machine, and NEON where there is qemu-user, and compares them to the bit with
// the loops in Go that are printed of their descriptions with operations fused.
// Printed without, they are the generic kernels: to the bit too, but for the
// exponential, which those compute in float64.
func TestLowerings(t *testing.T) {
	dir := t.TempDir()
	spec, run := filepath.Join(dir, "spec"), filepath.Join(dir, "run")
	for _, folder := range []string{filepath.Join(spec, "_asm"), run} {
		if err := os.MkdirAll(folder, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	write(t, filepath.Join(run, "go.mod"), "module kernels\n\ngo 1.26\n")
	copyFiles(t, "testdata/lowerings/*.go", run)
	copyFiles(t, "../generic_*.go", spec)
	for _, name := range []string{"optimizer", "chain", "activation", "function", "loss"} {
		copyFiles(t, "../"+name+".go", spec)
	}
	write(t, filepath.Join(spec, "generic_tests.go"), operationsInGo())
	for _, name := range []string{"generic_activation", "generic_exp", "generic_functions", "generic_gradients", "generic_level1", "generic_loss", "generic_losses", "generic_noise", "generic_norm", "generic_operations", "generic_optimizer", "generic_periodic", "generic_rmsprop", "generic_rows", "generic_slopes", "generic_tests", "function", "loss", "optimizer"} {
		copyFiles(t, filepath.Join(spec, name+".go"), run)
	}
	t.Chdir(filepath.Join(spec, "_asm"))
	s := readSpec()
	write(t, filepath.Join(run, "printed.go"), printed(s))

	for arch, isas := range map[string][]string{"amd64": {"avx2", "avx512"}, "arm64": {"neon"}} {
		t.Run(arch, func(t *testing.T) {
			isas, emulator := runnable(t, arch, isas)
			for _, isa := range isas {
				out := filepath.Join(run, fmt.Sprintf("tests_%s_%s", isa, arch))
				command := exec.Command(os.Args[0], "-pkg", "kernels", "-out", out+".s", "-stubs", out+".go")
				command.Env = append(os.Environ(), "NEURONA_ASM_TEST="+isa, "GOWORK=off")
				execute(t, command)
			}
			write(t, filepath.Join(run, "lowerings_"+arch+"_test.go"), lowerings(s, isas))
			binary := filepath.Join(run, arch+".test")
			build := exec.Command("go", "test", "-c", "-o", binary, ".")
			build.Dir, build.Env = run, append(os.Environ(), "GOARCH="+arch, "CGO_ENABLED=0", "GOWORK=off", "GOFLAGS=")
			execute(t, build)
			command := append(emulator, binary)
			execute(t, exec.Command(command[0], append(command[1:], "-test.run=TestLowerings")...))
			t.Logf("%s", execute(t, exec.Command(command[0], append(command[1:], "-test.run=TestAccuracy", "-test.v")...)))
		})
	}
}

// runnable returns which ISAs can be run here, and what runs their programs if
// the processor does not. It skips the test if there is none.
func runnable(t *testing.T, arch string, isas []string) (has, emulator []string) {
	if arch == "arm64" {
		if runtime.GOARCH == arch {
			return isas, nil
		}
		const qemu = "qemu-aarch64"
		if _, err := exec.LookPath(qemu); err != nil {
			t.Skipf("no %s here: Debian has it in qemu-user", qemu)
		}
		return isas, []string{qemu}
	}
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil || runtime.GOARCH != arch {
		t.Skipf("no Linux on %s here, which says what its processor can do", arch)
	}
	for _, isa := range isas {
		if strings.Contains(string(info), map[string]string{"avx2": " avx2", "avx512": " avx512vl"}[isa]) {
			has = append(has, isa)
		}
	}
	if has == nil {
		t.Skipf("the processor has none of %s", strings.Join(isas, ", "))
	}
	return has, nil
}

// execute runs a command that should succeed and returns what it writes.
func execute(t *testing.T, command *exec.Cmd) []byte {
	t.Helper()
	message, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", command, err, message)
	}
	return message
}

// printed returns Go code with all kernels, printed both ways.
func printed(s *spec) string {
	var b strings.Builder
	b.WriteString("package kernels\n\nimport \"math\"\n\nvar _ = math.Sqrt\n\n")
	for _, k := range append(described(), operationKernels()...) {
		signature, ranged := s.signature(k.name), s.ranged(k.name)
		fma := "" // as the generic kernel has it
		if k.printed() {
			fma = "mulAdd"
		}
		b.WriteString(k.golang(k.name+"Printed", signature, ranged, fma))
		b.WriteString(k.golang(k.name+"Fused", signature, ranged, "fma"))
	}
	return b.String()
}

// operationsInGo returns the generic kernels of the tests' operations.
func operationsInGo() string {
	var b strings.Builder
	b.WriteString("package kernels\n\nimport \"math\"\n\nvar _ = math.Sqrt\n\n")
	for _, k := range operationKernels() {
		fmt.Fprintf(&b, "// %sGeneric is\n//\n//\tfor i := range x {\n//\t}\n", k.name)
		signature := operationSignature
		if k.reduction() != 0 {
			signature = map[bool]string{true: "func(x, y []float32) float32", false: "func(x, y []float32) float64"}[k.reduction() == opSumProducts || k.reduction() == opLargest]
		}
		b.WriteString(k.golang(k.name+"Generic", signature, "x", ""))
	}
	return b.String()
}

// lowerings returns Go code with the entries of all kernels.
func lowerings(s *spec, isas []string) string {
	names := map[string]string{"avx2": "AVX2", "avx512": "AVX512", "neon": "NEON"}
	var b strings.Builder
	b.WriteString("package kernels\n\nfunc entries() []entry {\n\treturn []entry{\n")
	for _, k := range append(described(), operationKernels()...) {
		var arguments []string
		slices, numbers, words := 0, 0, 0
		for _, p := range s.parameters(k.name) {
			switch typ := p.Type().Underlying().(type) {
			case *types.Slice:
				arguments = append(arguments, fmt.Sprintf("a.slices[%d]", slices))
				slices++
			case *types.Pointer:
				arguments = append(arguments, "&a."+typ.Elem().(*types.Named).Obj().Name())
			case *types.Basic:
				if typ.Kind() == types.Uint32 {
					arguments = append(arguments, fmt.Sprintf("a.words[%d]", words))
					words++
					continue
				}
				arguments = append(arguments, fmt.Sprintf("a.numbers[%d]", numbers))
				numbers++
			}
		}
		form := func(suffix string) string {
			call := fmt.Sprintf("%s%s(%s)", k.name, suffix, strings.Join(arguments, ", "))
			if k.reduction() == 0 {
				return "func(a *arguments) float64 { " + call + "; return 0 }"
			}
			return "func(a *arguments) float64 { return float64(" + call + ") }"
		}
		sums := k.reduction() != 0 && k.reduction() != opLargest
		fmt.Fprintf(&b, "\t\t{%q, %d, %d, %d, %v, %s, %s, %s, map[string]func(a *arguments) float64{\n",
			k.name, slices, numbers, words, sums, form("Generic"), form("Printed"), form("Fused"))
		for _, isa := range isas {
			fmt.Fprintf(&b, "\t\t\t%q: %s,\n", isa, form(names[isa]))
		}
		b.WriteString("\t\t}},\n")
	}
	b.WriteString("\t}\n}\n")
	return b.String()
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
}

func copyFiles(t *testing.T, pattern, dir string) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no %s (%v)", pattern, err)
	}
	for _, path := range paths {
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		write(t, filepath.Join(dir, filepath.Base(path)), string(content))
	}
}
