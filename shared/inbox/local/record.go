package local

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"time"

	"frontdesk/shared/inbox"
	"frontdesk/shared/table/bolt"
)

// record is a job as it is stored.
type record struct {
	job inbox.Job // Attempt: attempts counted so far, 0 for a new job
	put time.Time
	due time.Time // end of the pause after a failure; zero for none
}

// Layout of a stored record: checksum of the rest (4 bytes), version (1),
// attempts (4), put and due (8 each, Unix milliseconds, 0 for none), lengths of ID and group (2 each),
// ID, group, body. Big-endian.
const (
	recordVersion = 1
	headSize      = 4 + 1 + 4 + 8 + 8 + 2 + 2
)

func (r record) encode() []byte {
	b := make([]byte, 4, headSize+len(r.job.ID)+len(r.job.Group)+len(r.job.Body))
	b = append(b, recordVersion)
	b = binary.BigEndian.AppendUint32(b, uint32(r.job.Attempt))
	b = binary.BigEndian.AppendUint64(b, millis(r.put))
	b = binary.BigEndian.AppendUint64(b, millis(r.due))
	b = binary.BigEndian.AppendUint16(b, uint16(len(r.job.ID)))
	b = binary.BigEndian.AppendUint16(b, uint16(len(r.job.Group)))
	b = append(b, r.job.ID...)
	b = append(b, r.job.Group...)
	b = append(b, r.job.Body...)
	binary.BigEndian.PutUint32(b, checksum(b))
	return b
}

// decode returns a record that shares no memory with value, or an error that
// wraps bolt.ErrDamaged and shows nothing of it.
func decode(value []byte) (record, error) {
	r, err := decodeHead(value)
	if err != nil {
		return record{}, err
	}
	start := headSize + len(r.job.ID) + len(r.job.Group)
	r.job.Body = append([]byte(nil), value[start:]...)
	return r, nil
}

// decodeHead returns everything but the body.
func decodeHead(value []byte) (record, error) {
	if len(value) < headSize || binary.BigEndian.Uint32(value) != checksum(value) {
		return record{}, fmt.Errorf("%w: a job's checksum is wrong", bolt.ErrDamaged)
	}
	if value[4] != recordVersion {
		return record{}, fmt.Errorf("%w: a job has the unknown version %d", bolt.ErrDamaged, value[4])
	}
	id := int(binary.BigEndian.Uint16(value[25:]))
	group := int(binary.BigEndian.Uint16(value[27:]))
	names := value[headSize:]
	if len(names) < id+group {
		return record{}, fmt.Errorf("%w: a job is cut off", bolt.ErrDamaged)
	}
	return record{
		job: inbox.Job{
			ID:      string(names[:id]),
			Group:   string(names[id : id+group]),
			Attempt: int(binary.BigEndian.Uint32(value[5:])),
		},
		put: moment(binary.BigEndian.Uint64(value[9:])),
		due: moment(binary.BigEndian.Uint64(value[17:])),
	}, nil
}

func checksum(value []byte) uint32 {
	return crc32.Checksum(value[4:], crc32.MakeTable(crc32.Castagnoli))
}

func millis(t time.Time) uint64 {
	if t.IsZero() {
		return 0
	}
	return uint64(t.UnixMilli())
}

func moment(ms uint64) time.Time {
	if ms == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(ms))
}
