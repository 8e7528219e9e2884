package bolt

import (
	"go.etcd.io/bbolt"
	"golang.org/x/sys/unix"
)

// letGo tells the system that the pages of the file that were read need not stay in this
// process's memory. They stay in the system's cache, and whoever reads one gets it back.
// While tx is open the file is not mapped anew. It is advice: whether it is taken changes
// nothing but memory.
func letGo(db *bbolt.DB, tx *bbolt.Tx) {
	if data := db.Info().Data; data != 0 && tx.Size() > 0 {
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, data, uintptr(tx.Size()), unix.MADV_DONTNEED)
	}
}
