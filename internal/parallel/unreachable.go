package parallel

import "runtime"

// CloseUnreachable closes p when nobody can reach owner any more, unless what it
// returns is stopped before: whoever forgets to close owner then loses no
// goroutines. While p has no job, neither it nor its goroutines may lead to owner.
func CloseUnreachable[T any](owner *T, p *Pool) runtime.Cleanup {
	// On a goroutine of its own: Close waits, for helpers to end and for a job, since a
	// method of owner's that has nothing more to do with owner may still run one; and
	// while a cleanup runs others wait.
	return runtime.AddCleanup(owner, func(p *Pool) { go p.Close() }, p)
}
