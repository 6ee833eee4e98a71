package layer

import (
	"sync"

	"github.com/neurona-ml/neurona/blas"
)

// Work runs the jobs of a stage, cut into tasks that Pass.Run hands to the workers, without
// allocating: a stage has a field of the type Work[job, *job]. The zero value is ready.
type Work[J any, P interface {
	*J
	blas.Job
}] struct {
	busy sync.Mutex // held by the pass that uses job
	job  J
}

// Run does the tasks of j, on all workers if it is worth their while. Of passes that come at the
// same time, predictions, one may have them, and the others work alone.
func (w *Work[J, P]) Run(p *Pass, j J, tasks int, shared bool) error {
	if w.busy.TryLock() {
		defer w.busy.Unlock()
		w.job = j
		defer func() {
			var none J // matrices may be the caller's
			w.job = none
		}()
		if shared {
			return p.Run(P(&w.job), tasks)
		}
		doAll(P(&w.job), tasks)
		return nil
	}
	alone := j
	doAll(P(&alone), tasks)
	return nil
}

// doAll does all tasks. A panic is the network's to recover.
func doAll(j blas.Job, tasks int) {
	for i := range tasks {
		j.Task(i, 0)
	}
}

// rowsPerTask is how many rows a worker takes at a time.
const rowsPerTask = 16

// RowTasks is how many tasks rows make of a job that takes some rows at a time.
func RowTasks(rows int) int { return (rows + rowsPerTask - 1) / rowsPerTask }

// RowsOf are the rows [lo, hi) of a task of RowTasks.
func RowsOf(task, rows int) (lo, hi int) {
	return task * rowsPerTask, min((task+1)*rowsPerTask, rows)
}
