package dynamo_test

import (
	"testing"
	"time"

	"frontdesk/shared/table"
	"frontdesk/shared/table/dynamo"
	"frontdesk/shared/table/dynamo/local"
	"frontdesk/shared/table/tabletest"
)

var server local.Server

func TestContract(t *testing.T) {
	server.Endpoint(t)
	tabletest.Run(t, func(t *testing.T, now func() time.Time) table.Table {
		return server.Table(t, dynamo.Options{Now: now})
	})
}
