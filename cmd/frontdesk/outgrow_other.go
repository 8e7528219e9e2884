//go:build !unix

package main

// outgrow: elsewhere a limit on the size of files sends no signal.
func outgrow() {}
