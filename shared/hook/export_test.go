package hook

// What the tests look at from outside.
var (
	Signature = sign
	Control   = control
)
