package sqs

import (
	"cmp"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/aws/smithy-go"
)

// refusal is SQS's answer without its message, which may quote what was sent.
type refusal struct {
	code string
	err  error
}

func (r *refusal) Error() string { return "SQS answered " + r.code }

func (r *refusal) Unwrap() error { return r.err }

func refusalOf(failed types.BatchResultErrorEntry) *refusal {
	return &refusal{code: cmp.Or(aws.ToString(failed.Code), "an unnamed error")}
}

// hush returns an error whose text shows of an answer of SQS only the code.
// Other errors (no connection, cancelled) quote nothing and stay as they are.
func hush(err error) error {
	if api, ok := errors.AsType[smithy.APIError](err); ok {
		return &refusal{code: api.ErrorCode(), err: err}
	}
	return err
}
