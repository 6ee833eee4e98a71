//go:build cgo && openblas

package openblas

/*
// What OpenBLAS has beyond the standard cblas.h; netlib brings the latter.
extern void openblas_set_num_threads(int num_threads);
extern int openblas_get_num_threads(void);
extern char *openblas_get_config(void);
extern char *openblas_get_corename(void);
*/
import "C"

import (
	"strings"
	"sync"
)

// setting guards OpenBLAS's number of threads, which is a variable of the
// process: held for reading by products on one thread, for writing by whoever
// changes it or needs all threads.
var setting sync.RWMutex

// reserve sets the number of threads and keeps it until release. A caller
// with one thread shares the reservation with others like it.
func reserve(threads int) {
	if threads > 1 {
		setting.Lock()
		setThreads(threads)
		return
	}
	setting.RLock()
	for C.openblas_get_num_threads() != 1 {
		setting.RUnlock()
		setting.Lock()
		setThreads(1)
		setting.Unlock()
		setting.RLock() // another may have been faster: look again
	}
}

// release ends a reservation for the same number of threads.
func release(threads int) {
	if threads > 1 {
		setting.Unlock()
	} else {
		setting.RUnlock()
	}
}

// setThreads must be called with setting held for writing.
func setThreads(n int) {
	if int(C.openblas_get_num_threads()) != n {
		C.openblas_set_num_threads(C.int(n))
	}
}

// supportedThreads returns how many threads the library accepts when asked
// for n: it has a maximum, and some builds have no threads at all.
func supportedThreads(n int) int {
	setting.Lock()
	defer setting.Unlock()
	C.openblas_set_num_threads(C.int(n))
	return int(C.openblas_get_num_threads())
}

// description returns for example "OpenBLAS 0.3.21 NO_AFFINITY MAX_THREADS=64
// (SkylakeX)".
func description() string {
	config := strings.Join(strings.Fields(C.GoString(C.openblas_get_config())), " ")
	core := C.GoString(C.openblas_get_corename())
	if strings.Contains(config, core) {
		return config
	}
	return config + " (" + core + ")"
}
