// Package argumenttest is for tests that call all that a package exports with arguments that
// cannot work - nil, zero values, negative and huge numbers, NaN, matrices that contradict
// themselves -, and want errors, not panics.
package argumenttest
