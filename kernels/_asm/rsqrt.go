package main

// rsqrt returns 1/√x, within 1.5 ulp (1.49 measured): the root's half ulp may be
// a whole one of the quotient, to which the division adds its half. As IEEE 754
// has it for rSqrt, it is +Inf for 0, -Inf for -0 and NaN below.
//
// The processors' estimates (VRSQRTPS, VRSQRT14PS, FRSQRTE) would be quicker,
// but are not the same on all of them.
func rsqrt(x expr) expr { return div(one, sqrt(x)) }
