package main

// polynomial returns c[0] + c[1]·x + … by Horner's rule.
func polynomial(x expr, c []expr) expr {
	p := c[len(c)-1]
	for i := len(c) - 2; i >= 0; i-- {
		p = mulAdd(p, x, c[i])
	}
	return p
}
