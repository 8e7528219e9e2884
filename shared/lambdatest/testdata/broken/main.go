// Command broken ends before it asks for an event.
package main

import (
	"fmt"
	"os"
)

func main() {
	fmt.Fprintln(os.Stderr, "channel wa-main has no token")
	os.Exit(1)
}
