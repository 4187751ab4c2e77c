// The AWS SDK for JavaScript damages a table on the time machine and brings it back, and prints what it saw as JSON.
// All of the SDK's settings come from the environment.
const { DynamoDB } = require("@aws-sdk/client-dynamodb");
const { DynamoDBStreams } = require("@aws-sdk/client-dynamodb-streams");

const db = new DynamoDB({ maxAttempts: 1 });
const streams = new DynamoDBStreams({ maxAttempts: 1 });
const control = process.env.AWS_ENDPOINT_URL + "/dynadrill/clock";

async function advance(seconds) {
  const answer = await fetch(control, { method: "POST", body: JSON.stringify({ advance_s: seconds }) });
  return (await answer.json()).now;
}

async function ids(table) {
  const { Items } = await db.scan({ TableName: table, ConsistentRead: true });
  return Items.map((item) => item.id.S).sort();
}

async function events(arn) {
  const { StreamDescription } = await streams.describeStream({ StreamArn: arn });
  const found = [];
  for (const { ShardId } of StreamDescription.Shards) {
    const asked = { StreamArn: arn, ShardId, ShardIteratorType: "TRIM_HORIZON" };
    const { ShardIterator } = await streams.getShardIterator(asked);
    const { Records } = await streams.getRecords({ ShardIterator });
    found.push(...Records.map((record) => record.eventName));
  }
  return found;
}

async function main() {
  const { TableDescription } = await db.createTable({
    TableName: "Orders",
    BillingMode: "PAY_PER_REQUEST",
    KeySchema: [{ AttributeName: "id", KeyType: "HASH" }],
    AttributeDefinitions: [{ AttributeName: "id", AttributeType: "S" }],
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
  });
  await advance(60);
  await db.updateContinuousBackups({
    TableName: "Orders",
    PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
  });
  for (const id of ["a", "b", "c"]) await db.putItem({ TableName: "Orders", Item: { id: { S: id } } });
  const good = Math.floor(await advance(60));
  await advance(60);
  await db.deleteItem({ TableName: "Orders", Key: { id: { S: "b" } } });
  await advance(600);
  const damaged = await ids("Orders");
  let refused = null;
  try {
    await db.restoreTableToPointInTime({
      SourceTableName: "Orders",
      TargetTableName: "Orders",
      UseLatestRestorableTime: true,
    });
  } catch (error) {
    refused = { name: error.name, status: error.$metadata.httpStatusCode };
  }
  const asked = await db.restoreTableToPointInTime({
    SourceTableName: "Orders",
    TargetTableName: "Orders-restored",
    RestoreDateTime: new Date(good * 1000),
  });
  const statuses = [asked.TableDescription.TableStatus];
  while (statuses.at(-1) !== "ACTIVE" && statuses.length < 100) {
    await advance(30);
    const { Table } = await db.describeTable({ TableName: "Orders-restored" });
    statuses.push(Table.TableStatus);
  }
  console.log(
    JSON.stringify({
      damaged,
      refused,
      restoredTo: asked.TableDescription.RestoreSummary.RestoreDateTime.getTime() / 1000 - good,
      statuses: [...new Set(statuses)],
      restored: await ids("Orders-restored"),
      source: await ids("Orders"),
      events: await events(TableDescription.LatestStreamArn),
    }),
  );
}

main();
