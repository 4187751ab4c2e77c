import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * DynamoDB Local on a free port of 127.0.0.1, which its own command line cannot do: it always listens on all interfaces.
 *
 * Prints the port, and ends when its standard input ends: with the process that started it, however that one ends.
 */
public final class Loopback {
    public static void main(String[] given) throws Exception {
        DynamoDBProxyServer local = ServerRunner.createServerFromCommandLineArgs(given);
        var field = DynamoDBProxyServer.class.getDeclaredField("server");
        field.setAccessible(true);
        ServerConnector connector = (ServerConnector) ((Server) field.get(local)).getConnectors()[0];
        connector.setHost("127.0.0.1");
        connector.setPort(0);
        local.safeStart();
        System.out.println("{\"port\": " + connector.getLocalPort() + "}");
        while (System.in.read() >= 0) {
            continue;
        }
        Runtime.getRuntime().halt(0);
    }
}
