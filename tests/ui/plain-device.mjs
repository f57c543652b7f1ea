// A UPnP device that is no gateway: two actions over unprotected HTTP.
import { once } from 'node:events';
import { createServer } from 'node:http';

const UDN = 'uuid:706c6169-6e2d-4d65-8469-610000000001';
const TYPE = 'urn:schemas-upnp-org:service:RenderingControl:1';

const DEVICE = `<?xml version="1.0"?>
<root xmlns="urn:schemas-upnp-org:device-1-0">
  <specVersion><major>1</major><minor>0</minor></specVersion>
  <device>
    <deviceType>urn:schemas-upnp-org:device:MediaRenderer:1</deviceType>
    <friendlyName>Kitchen speaker</friendlyName>
    <manufacturer>Example Audio</manufacturer>
    <modelName>Speaker 3</modelName>
    <UDN>${UDN}</UDN>
    <serviceList>
      <service>
        <serviceType>${TYPE}</serviceType>
        <serviceId>urn:upnp-org:serviceId:RenderingControl</serviceId>
        <SCPDURL>/scpd.xml</SCPDURL>
        <controlURL>/control</controlURL>
        <eventSubURL>/events</eventSubURL>
      </service>
    </serviceList>
  </device>
</root>`;

const argument = (name, direction, variable) =>
  `<argument><name>${name}</name><direction>${direction}</direction><relatedStateVariable>${variable}</relatedStateVariable></argument>`;

const SCPD = `<?xml version="1.0"?>
<scpd xmlns="urn:schemas-upnp-org:service-1-0">
  <specVersion><major>1</major><minor>0</minor></specVersion>
  <actionList>
    <action><name>GetVolume</name><argumentList>
      ${argument('Channel', 'in', 'A_ARG_TYPE_Channel')}${argument('CurrentVolume', 'out', 'Volume')}
    </argumentList></action>
    <action><name>SetVolume</name><argumentList>
      ${argument('Channel', 'in', 'A_ARG_TYPE_Channel')}${argument('DesiredVolume', 'in', 'Volume')}${argument('Note', 'in', 'A_ARG_TYPE_Note')}
    </argumentList></action>
    <action><name>SetLogin</name><argumentList>
      ${argument('Name', 'in', 'A_ARG_TYPE_Note')}${argument('Password', 'in', 'A_ARG_TYPE_Note')}
    </argumentList></action>
  </actionList>
  <serviceStateTable>
    <stateVariable sendEvents="no"><name>A_ARG_TYPE_Channel</name><dataType>string</dataType>
      <allowedValueList><allowedValue>Master</allowedValue><allowedValue>LF</allowedValue><allowedValue>RF</allowedValue></allowedValueList>
    </stateVariable>
    <stateVariable sendEvents="no"><name>Volume</name><dataType>ui2</dataType><defaultValue>20</defaultValue>
      <allowedValueRange><minimum>0</minimum><maximum>100</maximum><step>1</step></allowedValueRange>
    </stateVariable>
    <stateVariable sendEvents="no"><name>A_ARG_TYPE_Note</name><dataType>string</dataType></stateVariable>
  </serviceStateTable>
</scpd>`;

/** Starts it on loopback; `calls` holds the bodies it was sent. */
export async function startPlainDevice() {
  const calls = [];
  const xml = { 'content-type': 'text/xml; charset="utf-8"' };
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const part of request) body += part;
    if (request.url === '/desc.xml') response.writeHead(200, xml).end(DEVICE);
    else if (request.url === '/scpd.xml') response.writeHead(200, xml).end(SCPD);
    else if (request.url === '/control') {
      calls.push(body);
      const name = /#(\w+)"/.exec(request.headers.soapaction ?? '')?.[1] ?? 'Unknown';
      const out = name === 'GetVolume' ? '<CurrentVolume>20</CurrentVolume>' : '';
      response.writeHead(200, xml).end(
        `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><u:${name}Response xmlns:u="${TYPE}">${out}</u:${name}Response></s:Body></s:Envelope>`,
      );
    } else response.writeHead(404).end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    udn: UDN,
    location: `http://127.0.0.1:${server.address().port}/desc.xml`,
    calls,
    stop: () => new Promise((done) => {
      server.close(done);
      server.closeAllConnections();
    }),
  };
}
