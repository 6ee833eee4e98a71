package main

import "time"

// bestTime calls work until a sample takes long enough and returns the least
// time of one call in nanoseconds, as best_ns in rivals/protocol.h does.
func bestTime(work func() error, t timing) (float64, error) {
	calls, taken := 1, 0
	best := 0.0
	for begin := time.Now(); taken < t.Samples; {
		start := time.Now()
		for range calls {
			if err := work(); err != nil {
				return 0, err
			}
		}
		took, spent := time.Since(start), time.Since(begin)
		if took < t.Sample && spent < t.Limit {
			more := 100.0
			if took > 0 {
				more = min(more, 1.2*float64(t.Sample)/float64(took))
			}
			calls = int(float64(calls)*more) + 1
			continue
		}
		// A clock that stood still says nothing, and 0 would be a division by
		// zero later on.
		each := float64(max(took, 1)) / float64(calls)
		if taken == 0 || each < best {
			best = each
		}
		taken++
		if spent > t.Limit {
			break
		}
	}
	return best, nil
}
