package bench

import (
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/neurona-ml/neurona/blas"
	"github.com/neurona-ml/neurona/blas/backends"
	"github.com/neurona-ml/neurona/internal/cpu"
)

// settings are what the suite runs on. NEURONA_BENCH widens them:
//
//	NEURONA_BENCH="backend=native,gonum isa=avx2,avx512 precision=float32,bf16 workers=1,2"
type settings struct {
	backends   []string
	isas       []string // empty: the best
	precisions []blas.Precision
	workers    []int
}

var widened = defaults()

func defaults() settings {
	s := settings{backends: []string{"native"}, isas: []string{""}, precisions: []blas.Precision{blas.Float32}, workers: []int{1}}
	if n := runtime.GOMAXPROCS(0); n > 1 {
		s.workers = append(s.workers, n)
	}
	return s
}

// parse reads the value of NEURONA_BENCH.
func (s *settings) parse(text string) error {
	for field := range strings.FieldsSeq(text) {
		key, value, ok := strings.Cut(field, "=")
		list := strings.Split(value, ",")
		switch {
		case !ok || value == "":
			return fmt.Errorf("NEURONA_BENCH: %q is not key=value,value", field)
		case key == "backend":
			s.backends = list
		case key == "isa":
			s.isas = list
		case key == "precision":
			s.precisions = nil
			for _, name := range list {
				precision, err := blas.ParsePrecision(name)
				if err != nil {
					return fmt.Errorf("NEURONA_BENCH: %w", err)
				}
				s.precisions = append(s.precisions, precision)
			}
		case key == "workers":
			s.workers = nil
			for _, w := range list {
				n, err := strconv.Atoi(w)
				if err != nil || n < 1 {
					return fmt.Errorf("NEURONA_BENCH: workers %q, want a number from 1", w)
				}
				s.workers = append(s.workers, n)
			}
		default:
			return fmt.Errorf("NEURONA_BENCH: key %q, want backend, isa, precision or workers", key)
		}
	}
	return nil
}

// benchTime is how long a benchmark runs where -benchtime does not say: the
// whole suite then takes less than ten minutes.
const benchTime = "200ms"

func TestMain(m *testing.M) {
	flag.Parse()
	if err := widened.parse(os.Getenv("NEURONA_BENCH")); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if pattern := flag.Lookup("test.bench"); pattern.Value.String() != "" {
		chosen := false
		flag.Visit(func(f *flag.Flag) { chosen = chosen || f.Name == "test.benchtime" })
		switch {
		case testing.Short():
			flag.Set("test.benchtime", "1x")
		case !chosen:
			flag.Set("test.benchtime", benchTime)
		}
		printConfiguration()
	}
	os.Exit(m.Run())
}

// printConfiguration writes benchfmt's configuration and unit lines.
func printConfiguration() {
	info := cpu.Describe()
	fmt.Printf("go: %s\n", runtime.Version())
	fmt.Printf("cores: %d\n", info.Usable)
	fmt.Printf("l2-bytes: %d\n", info.L2)
	for _, name := range widened.backends {
		if be, err := backends.Open(name, backends.Options{Workers: 1}); err == nil {
			fmt.Printf("%s-library: %s\n", name, be.Library())
			be.Close()
		}
	}
	printSkipped()
	for _, unit := range []string{"GFLOP/s", "%peak", "%roof", "samples/s", "GB/s"} {
		fmt.Printf("Unit %s better=higher\n", unit)
	}
	fmt.Println("Unit flops/op better=lower assume=exact")
}

// printSkipped says which precisions are skipped, as configuration: go test tells
// it of a benchmark with -v only.
func printSkipped() {
	for _, name := range widened.backends {
		for _, isa := range widened.isas {
			be, err := backends.Open(name, backends.Options{ISA: isa, Workers: 1})
			if err != nil {
				continue // eachBackend reports it
			}
			for _, precision := range widened.precisions {
				if why := Lacks(be, precision); why != "" {
					fmt.Printf("%s-%s-%s: skipped: %s\n", name, be.Kernels().ISA, precision, why)
				}
			}
			be.Close()
		}
	}
}

// eachBackend runs f as a sub-benchmark, after prefix in its name, for each
// backend, ISA, number of workers and precision of the settings. A precision that
// the backend does not have is skipped: figures of another would stand under its
// name.
func eachBackend(b *testing.B, prefix string, f func(b *testing.B, be blas.Backend, precision blas.Precision)) {
	for _, name := range widened.backends {
		for _, isa := range widened.isas {
			for _, workers := range widened.workers {
				be, err := backends.Open(name, backends.Options{ISA: isa, Workers: workers})
				if err != nil {
					b.Fatal(err)
				}
				for _, precision := range widened.precisions {
					b.Run(fmt.Sprintf("%sbackend=%s/isa=%s/precision=%s/workers=%d", prefix, name, be.Kernels().ISA, precision, workers),
						func(b *testing.B) {
							if why := Lacks(be, precision); why != "" {
								b.Skip(why)
							}
							f(b, be, precision)
						})
				}
				if err := be.Close(); err != nil {
					b.Fatal(err)
				}
			}
		}
	}
}

// reportRate reports the work of one iteration as GFLOP/s and as a share of
// what the precision can reach, which is measured right before and after the timed loop.
func reportRate(b *testing.B, be blas.Backend, precision blas.Precision, flops, peakBefore float64) {
	rate := flops * float64(b.N) / b.Elapsed().Seconds()
	peak := max(peakBefore, MeasurePeak(be, precision))
	b.ReportMetric(rate/1e9, "GFLOP/s")
	reportShare(b, 100*rate/peak, "%peak")
	b.ReportMetric(flops, "flops/op")
}

// reportShare reports a share of a roof, if there is one.
func reportShare(b *testing.B, percent float64, unit string) {
	if !math.IsNaN(percent) {
		b.ReportMetric(percent, unit)
	}
}

func TestSettings(t *testing.T) {
	s := defaults()
	if err := s.parse("backend=gonum,native workers=3 isa=avx2 precision=highest"); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.backends, []string{"gonum", "native"}) || !slices.Equal(s.workers, []int{3}) || !slices.Equal(s.isas, []string{"avx2"}) || !slices.Equal(s.precisions, []blas.Precision{blas.Float32}) {
		t.Errorf("parsed %+v", s)
	}
	if err := s.parse("precision=bf16x6,float32,high,bf16"); err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(s.precisions, blas.Precisions()) {
		t.Errorf("parsed precisions %v, want %v", s.precisions, blas.Precisions())
	}
	if d := defaults().precisions; !slices.Equal(d, []blas.Precision{blas.Float32}) {
		t.Errorf("precisions are %v by default", d)
	}
	for _, bad := range []string{"backend", "backend=", "threads=2", "precision=float31", "workers=0", "workers=two"} {
		if err := s.parse(bad); err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}
