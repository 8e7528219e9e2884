package bolt

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"os"
)

// This file reads bbolt's file format (version 2) just far enough to prove that
// every number that bbolt follows stays inside the file: page numbers, element
// positions and lengths, and that no page is reached twice.

const (
	pageHeader  = 16 // id 8, flags 2, count 2, overflow 4
	elementSize = 16
	bucketSize  = 16 // root page 8, sequence 8

	branchPage   = 0x01
	leafPage     = 0x02
	freelistPage = 0x10
	bucketFlag   = 0x01 // of a leaf element

	metaMagic  = 0xED0CDAED
	metaLength = 64
	noFreelist = ^uint64(0)
)

// fileMeta is what the first pages say of the rest.
type fileMeta struct {
	pageSize, root, freelist, high, txid uint64
}

var errNoMeta = errors.New("its first pages are not those of a store")

// pageWalk visits the pages of a file.
type pageWalk struct {
	file io.ReaderAt
	meta fileMeta
	seen map[uint64]bool
}

func walkFile(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	return walkPages(f, info.Size())
}

func walkPages(f io.ReaderAt, size int64) error {
	meta, err := readMeta(f, size)
	if err != nil {
		return err
	}
	if uint64(size)/meta.pageSize < meta.high {
		return fmt.Errorf("it is cut short: %d bytes of %d pages of %d", size, meta.high, meta.pageSize)
	}
	w := &pageWalk{file: f, meta: meta, seen: map[uint64]bool{}}
	if err := w.freelist(); err != nil {
		return err
	}
	return w.tree(meta.root)
}

// readMeta returns the newer of the two first pages that is whole. The second lies
// one page behind the first, whatever the size of a page.
func readMeta(f io.ReaderAt, size int64) (fileMeta, error) {
	var best fileMeta
	for at := int64(0); at < size && at <= 1<<24; at = max(1024, at*2) {
		if m, ok := metaAt(f, at); ok && m.txid >= best.txid {
			best = m
		}
	}
	if best.pageSize < 1024 {
		return best, errNoMeta
	}
	return best, nil
}

func metaAt(f io.ReaderAt, at int64) (fileMeta, bool) {
	var page [pageHeader + metaLength]byte
	if _, err := f.ReadAt(page[:], at); err != nil {
		return fileMeta{}, false
	}
	b, n := page[pageHeader:], binary.NativeEndian
	sum := fnv.New64a()
	sum.Write(b[:56])
	if n.Uint32(b) != metaMagic || n.Uint32(b[4:]) != 2 || n.Uint64(b[56:]) != sum.Sum64() {
		return fileMeta{}, false
	}
	m := fileMeta{
		pageSize: uint64(n.Uint32(b[8:])), root: n.Uint64(b[16:]),
		freelist: n.Uint64(b[32:]), high: n.Uint64(b[40:]), txid: n.Uint64(b[48:]),
	}
	return m, at == 0 || uint64(at) == m.pageSize
}

// page reads a page that nothing else may have led to, with its overflow.
func (w *pageWalk) page(id uint64) ([]byte, error) {
	if id < 2 || id >= w.meta.high {
		return nil, fmt.Errorf("page %d does not exist", id)
	}
	head := make([]byte, pageHeader)
	if _, err := w.file.ReadAt(head, int64(id*w.meta.pageSize)); err != nil {
		return nil, fmt.Errorf("read page %d: %w", id, err)
	}
	more := uint64(binary.NativeEndian.Uint32(head[12:]))
	if binary.NativeEndian.Uint64(head) != id || id+more >= w.meta.high {
		return nil, fmt.Errorf("page %d has a wrong header", id)
	}
	for i := id; i <= id+more; i++ {
		if w.seen[i] {
			return nil, fmt.Errorf("page %d is used twice", i)
		}
		w.seen[i] = true
	}
	page := make([]byte, (1+more)*w.meta.pageSize)
	if _, err := w.file.ReadAt(page, int64(id*w.meta.pageSize)); err != nil {
		return nil, fmt.Errorf("read page %d: %w", id, err)
	}
	return page, nil
}

func (w *pageWalk) tree(id uint64) error {
	page, err := w.page(id)
	if err != nil {
		return err
	}
	switch binary.NativeEndian.Uint16(page[8:]) {
	case leafPage:
		return eachElement(id, page, w.leaf)
	case branchPage:
		if binary.NativeEndian.Uint16(page[10:]) == 0 {
			return fmt.Errorf("page %d leads nowhere", id)
		}
		return eachElement(id, page, w.branch)
	}
	return fmt.Errorf("page %d has a wrong header", id)
}

// eachElement calls follow with the rest of the page from each element on, since an
// element's positions count from itself.
func eachElement(id uint64, page []byte, follow func(uint64, []byte) error) error {
	count := int(binary.NativeEndian.Uint16(page[10:]))
	if pageHeader+count*elementSize > len(page) {
		return fmt.Errorf("page %d has a wrong header", id)
	}
	for i := range count {
		if err := follow(id, page[pageHeader+i*elementSize:]); err != nil {
			return err
		}
	}
	return nil
}

// branch follows an element of position 4, key length 4, page 8.
func (w *pageWalk) branch(id uint64, at []byte) error {
	n := binary.NativeEndian
	if uint64(n.Uint32(at))+uint64(n.Uint32(at[4:])) > uint64(len(at)) {
		return fmt.Errorf("page %d points outside itself", id)
	}
	return w.tree(n.Uint64(at[8:]))
}

func (w *pageWalk) leaf(id uint64, at []byte) error {
	value, isBucket, err := leafElement(id, at)
	if err != nil || !isBucket {
		return err
	}
	return w.bucket(id, value)
}

// leafElement reads an element of flags 4, position 4, key length 4, value length 4.
func leafElement(id uint64, at []byte) (value []byte, isBucket bool, err error) {
	n := binary.NativeEndian
	from := uint64(n.Uint32(at[4:])) + uint64(n.Uint32(at[8:]))
	to := from + uint64(n.Uint32(at[12:]))
	if to > uint64(len(at)) {
		return nil, false, fmt.Errorf("page %d points outside itself", id)
	}
	return at[from:to], n.Uint32(at)&bucketFlag != 0, nil
}

// bucket follows a bucket to its own pages. A small one lies whole in its value, and
// then holds no further buckets.
func (w *pageWalk) bucket(id uint64, value []byte) error {
	if len(value) < bucketSize {
		return fmt.Errorf("page %d holds half a bucket", id)
	}
	if root := binary.NativeEndian.Uint64(value); root != 0 {
		return w.tree(root)
	}
	inline := value[bucketSize:]
	if len(inline) < pageHeader || binary.NativeEndian.Uint16(inline[8:]) != leafPage {
		return fmt.Errorf("page %d holds half a bucket", id)
	}
	return eachElement(id, inline, func(id uint64, at []byte) error {
		_, isBucket, err := leafElement(id, at)
		if isBucket {
			return fmt.Errorf("page %d holds a bucket where none may be", id)
		}
		return err
	})
}

// freelist checks the list of pages that may be overwritten.
func (w *pageWalk) freelist() error {
	if w.meta.freelist == noFreelist {
		return nil
	}
	id := w.meta.freelist
	page, err := w.page(id)
	if err != nil {
		return err
	}
	count, list := uint64(binary.NativeEndian.Uint16(page[10:])), page[pageHeader:]
	if count == 0xFFFF { // the number did not fit and comes first in the list
		count, list = binary.NativeEndian.Uint64(list), list[8:]
	}
	if binary.NativeEndian.Uint16(page[8:]) != freelistPage || count > uint64(len(list)/8) {
		return fmt.Errorf("page %d is not the list of free pages", id)
	}
	for i := range count {
		if free := binary.NativeEndian.Uint64(list[i*8:]); free < 2 || free >= w.meta.high {
			return fmt.Errorf("free page %d does not exist", free)
		}
	}
	return nil
}
