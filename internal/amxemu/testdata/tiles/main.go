//go:build linux && amd64

// Tiles is what the tests of amxemu run: it uses AMX as its argument says and
// fails if a result is not what plain Go computes.
package main

import (
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"os/signal"
	"runtime"
	"runtime/debug"
	"strconv"
	"sync"
	"syscall"
	"time"
	"unsafe"
)

type config [64]byte

//go:noescape
func product(cfg *config, a, b, c *byte, blocks int)

//go:noescape
func copyTile(cfg *config, dst, src *byte, stride int)

//go:noescape
func configure(cfg *config)

func release()
func zero()
func dot()
func dotEqual()
func undefined()

// shaped returns a configuration with all tiles of one shape.
func shaped(rows, colsb byte) *config {
	cfg := &config{0: 1}
	for i := range 8 {
		cfg[16+2*i], cfg[48+i] = colsb, rows
	}
	return cfg
}

func main() {
	full := shaped(16, 64)
	switch mode := os.Args[1]; mode {
	case "products":
		products(4, 60)
	case "cost":
		cost()
	case "child": // tiles in a process of the program's
		cmd := exec.Command(os.Args[0], "products")
		cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
		check(cmd.Run())
	case "exec": // tiles after another program in this process
		check(syscall.Exec(os.Args[0], []string{os.Args[0], "products"}, os.Environ()))
	case "edges":
		edges()
	case "faults":
		faults()
	case "signals":
		signals()
	case "environment":
		fmt.Print(os.Getenv("NEURONA_AMX_EMULATED"))
	case "exit":
		code, err := strconv.Atoi(os.Args[2])
		check(err)
		os.Exit(code)
	case "kill":
		check(syscall.Kill(os.Getpid(), syscall.SIGKILL))
	case "sleep":
		fmt.Println("asleep")
		time.Sleep(time.Hour)
	case "orphan": // leaves a process behind
		cmd := exec.Command(os.Args[0], "sleep")
		cmd.Stdout = os.Stdout
		check(cmd.Start())

	// What must end in SIGILL or SIGSEGV.
	case "unconfigured":
		zero()
	case "released":
		configure(full)
		release()
		zero()
	case "equal":
		configure(full)
		dotEqual()
	case "misfit": // A has 64 bytes in a row and so wants 16 rows of B
		configure(shaped(8, 64))
		dot()
	case "undefined":
		undefined()
	case "sent":
		check(syscall.Kill(os.Getpid(), syscall.SIGILL))
		time.Sleep(time.Minute)
	case "reserved":
		full[15] = 1
		configure(full)
	case "palette":
		configure(&config{0: 2})
	default:
		panic("unknown mode " + mode)
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

// products multiplies on several threads while the collector runs and moves
// goroutines between them.
func products(workers, rounds int) {
	runtime.GOMAXPROCS(4)
	stop := make(chan bool)
	go func() {
		for {
			select {
			case <-stop:
				return
			default:
				runtime.GC()
			}
		}
	}()
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			for round := range rounds {
				oneProduct(rand.New(rand.NewPCG(uint64(w), uint64(round))))
				runtime.Gosched()
			}
		})
	}
	wg.Wait()
	close(stop)
}

// oneProduct multiplies small integers, whose sums are exact in any order.
func oneProduct(rng *rand.Rand) {
	const m, n = 16, 16
	rows := 1 + rng.IntN(m)
	blocks := 1 + rng.IntN(6)
	cfg := shaped(16, 64)
	cfg[48+0], cfg[48+3] = byte(rows), byte(rows) // of C and A
	a := make([][m][32]uint16, blocks)
	b := make([][16][n][2]uint16, blocks)
	var c, want [m][n]float32
	integer := func() uint16 { return uint16(math.Float32bits(float32(rng.IntN(255)-127)) >> 16) }
	value := func(u uint16) float32 { return math.Float32frombits(uint32(u) << 16) }
	for i := range m {
		for j := range n {
			c[i][j] = float32(rng.IntN(1000))
			want[i][j] = c[i][j]
		}
	}
	for p := range blocks {
		for i := range m {
			for k := range 32 {
				a[p][i][k] = integer()
				b[p][k/2][i][k%2] = integer()
			}
		}
		for i := range rows {
			for j := range n {
				for k := range 32 {
					want[i][j] += value(a[p][i][k]) * value(b[p][k/2][j][k%2])
				}
			}
		}
	}
	product(cfg, bytesOf(&a[0]), bytesOf(&b[0]), bytesOf(&c), blocks)
	if c != want {
		panic(fmt.Sprintf("%d rows, %d blocks: got %v, want %v", rows, blocks, c, want))
	}
}

func bytesOf[T any](p *T) *byte { return (*byte)(unsafe.Pointer(p)) }

// edges copies tiles of all shapes and looks that nothing else is written.
func edges() {
	const stride = 80
	var src, dst, want [16 * stride]byte
	for i := range src {
		src[i] = byte(i)*7 | 1
	}
	for rows := 1; rows <= 16; rows++ {
		for colsb := 4; colsb <= 64; colsb += 4 {
			clear(dst[:])
			clear(want[:])
			for r := range rows {
				copy(want[r*stride:r*stride+colsb], src[r*stride:])
			}
			copyTile(shaped(byte(rows), byte(colsb)), &dst[0], &src[0], stride)
			if dst != want {
				panic(fmt.Sprintf("%d rows of %d bytes: wrong copy", rows, colsb))
			}
		}
	}
}

// faults copies tiles from and to pages that may not be read or written: the
// address of the fault must be the first such byte.
func faults() {
	debug.SetPanicOnFault(true)
	page := syscall.Getpagesize()
	mem, err := syscall.Mmap(-1, 0, 3*page, syscall.PROT_READ|syscall.PROT_WRITE, syscall.MAP_ANON|syscall.MAP_PRIVATE)
	check(err)
	check(syscall.Mprotect(mem[2*page:], syscall.PROT_NONE))
	var tile [1024]byte
	cfg := shaped(16, 64)
	copyTile(cfg, &tile[0], &mem[2*page-1024], 64) // ends at the guard
	fault("load", &mem[2*page], func() { copyTile(cfg, &tile[0], &mem[2*page-1020], 64) })
	fault("strided load", &mem[2*page], func() { copyTile(cfg, &tile[0], &mem[2*page-1040], 68) })
	fault("store", &mem[2*page], func() { copyTile(cfg, &mem[2*page-512], &mem[0], 64) })
	check(syscall.Mprotect(mem[:page], syscall.PROT_READ))
	fault("store to what is only readable", &mem[0], func() { copyTile(cfg, &mem[0], &tile[0], 64) })
	fault("configuration", &mem[2*page], func() { configure((*config)(unsafe.Pointer(&mem[2*page-8]))) })
}

func fault(what string, at *byte, f func()) {
	defer func() {
		err, ok := recover().(interface{ Addr() uintptr })
		if !ok || err.Addr() != uintptr(unsafe.Pointer(at)) {
			panic(fmt.Sprintf("%s: fault %v, want one at %p", what, err, at))
		}
	}()
	f()
}

// signals looks that the program gets what is not ours.
func signals() {
	got := make(chan os.Signal, 1)
	signal.Notify(got, syscall.SIGTERM)
	check(syscall.Kill(os.Getpid(), syscall.SIGTERM))
	<-got
	func() {
		defer func() {
			if recover() == nil {
				panic("no panic from a nil pointer")
			}
		}()
		var p *int
		*p = 1
	}()
	// A stop by job control holds until the SIGCONT that a shell sends.
	start := time.Now()
	const pause = 300 * time.Millisecond
	check(exec.Command("sh", "-c", fmt.Sprintf("kill -STOP %d; sleep 0.3; kill -CONT %d", os.Getpid(), os.Getpid())).Run())
	if d := time.Since(start); d < pause {
		panic(fmt.Sprintf("stopped for %v, want %v at least", d, pause))
	}
	oneProduct(rand.New(rand.NewPCG(1, 2)))
}

// cost prints what an instruction costs.
func cost() {
	full := shaped(16, 64)
	report := func(what string, n int, f func()) {
		f() // decodes
		start := time.Now()
		for range n {
			f()
		}
		fmt.Printf("%-34s %v\n", what, time.Since(start)/time.Duration(n))
	}
	const n = 2000
	report("TILERELEASE", n, release)
	report("LDTILECFG", n, func() { configure(full) })
	report("TILEZERO", n, zero)
	report("TDPBF16PS", n, dot)
	var dst, src [16 * 128]byte
	for _, stride := range []int{64, 128} {
		report(fmt.Sprintf("5 in a row, load and store by %d", stride), n, func() { copyTile(full, &dst[0], &src[0], stride) })
	}
	const blocks = 64
	a := make([]byte, 1024*blocks)
	for i := range a {
		a[i] = byte(i*37)&0x3f | 1
	}
	report(fmt.Sprintf("%d times 2 loads and TDPBF16PS", blocks), 50, func() { product(full, &a[0], &a[0], &dst[0], blocks) })
}
