package load

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"time"
)

// line is one kept connection to the door, with as little work for each answer as
// can be: the load shares the machine with the program.
type line struct {
	conn   net.Conn
	answer *bufio.Reader
}

// answerPatience is how long an answer may take.
const answerPatience = 5 * time.Minute

func dial(host string) (*line, error) {
	conn, err := net.Dial("tcp", host)
	if err != nil {
		return nil, err
	}
	return &line{conn, bufio.NewReaderSize(conn, 1024)}, nil
}

// post sends a request and returns the status of its answer.
func (l *line) post(request []byte) (status int, err error) {
	if err := l.conn.SetDeadline(time.Now().Add(answerPatience)); err != nil {
		return 0, err
	}
	if _, err := l.conn.Write(request); err != nil {
		return 0, err
	}
	return readAnswer(l.answer)
}

// readAnswer reads one answer of HTTP/1.1 with a length.
func readAnswer(r *bufio.Reader) (status int, err error) {
	first, err := r.ReadSlice('\n')
	if err != nil {
		return 0, err
	}
	if len(first) < 12 {
		return 0, fmt.Errorf("not an answer of HTTP: %d bytes", len(first))
	}
	if status, err = strconv.Atoi(string(first[9:12])); err != nil {
		return 0, err
	}
	length := -1
	for {
		header, err := r.ReadSlice('\n')
		if err != nil {
			return status, err
		}
		if header = bytes.TrimRight(header, "\r\n"); len(header) == 0 {
			break
		}
		if v, ok := bytes.CutPrefix(header, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(v)); err != nil {
				return status, err
			}
		}
	}
	if length < 0 {
		return status, fmt.Errorf("an answer without a length")
	}
	_, err = io.CopyN(io.Discard, r, int64(length))
	return status, err
}
