package main

// ignorePipe and onHangup have nothing to do: there are no such signals.
func ignorePipe() {}

func onHangup(func()) {}
